"""AgentOS V4 Maintenance: wire models, names, client and the check of a Swagger document.

Knows nothing of syncing.
"""
