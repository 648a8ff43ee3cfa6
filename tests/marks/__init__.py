"""Stories of what closed visits leave in AgentOS beside documents: photos, and a custom field."""
