"""What waits while an operation of a vendor fails, in the trade's words. Pure."""

from collections.abc import Mapping

WORK: Mapping[str, str] = {
    "add_photo": "photos",
    "attach_document": "documents",
    "create_job": "new jobs",
    "create_lead": "leads",
    "create_legacy_job": "new jobs through V3",
    "get_custom_field_value": "the custom field",
    "list_custom_fields": "the custom field",
    "list_lead_sources": "leads",
    "list_photos": "photos",
    "patch_job": "statuses of jobs",
    "set_custom_field": "the custom field",
    "submit_invoice": "invoices",
    "update_visit": "changes of visits",
    "upsert_visits": "new visits",
    "contractor.addJobNote": "notes on jobs",
    "contractor.submitInvoice": "invoices",
    "contractor.toggleJobCompletion": "statuses of jobs",
}
"""By the operation's name; of every other its own name is told."""


def work_of(operation: str) -> str:
    """What cannot go on while this operation fails."""
    return WORK.get(operation, operation)
