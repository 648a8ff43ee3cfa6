"""Compare the names that we read from and write to AgentOS V4 Maintenance with its document.

Pure. The agency's staff can download the document from the vendor's Swagger page (tier
"V4.Maintenance"); `syncd check --swagger FILE` prints the findings and the corrections as the
setting `wire`. What we read needs no correction as long as the document uses a known alias.
"""

from collections.abc import Mapping

from syncd.agentos.names import API_KEY, NO_CONTRACTOR, REQUIRED, WRITTEN, Names
from syncd.agentos.wire import ALIASES
from syncd.openapi import Body, Comparison, Field, Finding, Operation, compare
from syncd.wire_json import Record

PREFIX = "/v4/maintenance/{shortName}"

READS = (
    ("/company/branches/{offset}/{count}", "Branch"),
    ("/properties/{branchID}/{offset}/{count}", "Property"),
    ("/properties/{propertyID}", "Property"),
    ("/jobs/statusTypes/{offset}/{count}", "StatusType"),
    ("/jobs/statustypes/{statusID}", "StatusType"),
    ("/jobs/{jobID}", "Job"),
    ("/jobs/{branchID}/{offset}/{count}", "Job"),
    ("/contacts/contractors/{branchID}/{offset}/{count}", "Contractor"),
    ("/contacts/contractors/{contractorID}", "Contractor"),
    ("/contacts/landlords/{landlordID}", "Person"),
    ("/contacts/tenants/{tenantID}", "Person"),
    ("/contacts/staff/{staffMemberID}", "Person"),
    ("/{branchID}/tenancies/tenancyState/{offset}/{count}", "TenancyState"),
    ("/preferences/{propertyID}/{offset}/{count}", "Preference"),
    ("/preferences/{preferenceID}", "Preference"),
    ("/company/object/{objectID}/customfield", "CustomField"),
)
VALUE_PATH = "/company/objects/{objectID}/{fieldID}/value"
WRITES = (
    ("POST", "/jobs/{branchID}/job", "MaintenanceJobSubmissionModel"),
    ("PATCH", "/jobs/{jobID}", "MaintenanceJobUpdateModel"),
    ("POST", "/jobs/{jobID}/attachdocument", "Document"),
    ("POST", "/invoice/submit", "ContractorInvoiceSubmissionModel"),
    ("POST", "/company/objects/{objectID}/{fieldID}/customfield", "CustomFieldValue"),
)
NEEDED: Mapping[str, frozenset[str]] = {
    "Job": frozenset({"oid", "status_id", "property_id", "contractor_id"}),
    "Branch": frozenset({"oid"}),
    "Property": frozenset({"oid"}),
    "StatusType": frozenset({"oid", "name"}),
    "Contractor": frozenset({"oid"}),
}
"""Fields without which syncd cannot work; all others are welcome."""

MEANS_THE_SAME: Mapping[str, tuple[str, ...]] = {
    "PropertyID": ("PropertyOID",),
    "ContractorID": ("ContractorOID",),
    "JobID": ("JobOID", "MaintenanceJobID", "MaintenanceJobOID"),
    "StatusID": ("StatusOID", "StatusTypeID", "StatusTypeOID", "Status"),
    "Title": ("IssueTitle", "Name", "Subject"),
    "Description": ("IssueNotes", "Notes"),
    "Priority": ("IssuePriority",),
    "ReportedAt": ("Reported", "ReportedDate"),
    "ClosedDate": ("CompletedDate", "ClosedAt"),
    "Amount": ("InvoiceAmount", "TotalAmount", "GrossAmount", "Total"),
    "VATAmount": ("VatAmount", "InvoiceVATAmount", "VAT"),
    "InvoiceNumber": ("InvoiceReference", "Number", "Reference"),
    "InvoiceDate": ("Date",),
    "Documents": ("SupportingDocuments", "Attachments", "Files"),
    "DocumentName": ("FileName", "Name"),
    "MimeType": ("MIMEType", "ContentType", "FileType"),
    "Content": ("FileContent", "Base64", "Base64Content", "Bytes", "Data"),
    "Size": ("FileSize",),
    "Value": ("FieldValue",),
}
"""Other names for what we write, by our own name, the likeliest first."""


def compare_maintenance(document: Record, names: Names | None = None) -> Comparison:
    """What differs between the document and what syncd does with these names.

    `corrections` is for the setting `connections.agentos.wire`: our name to theirs, "" to leave an
    optional one out.
    """
    names = names or Names()
    operations = [*_reading(), Operation("GET", VALUE_PATH, PREFIX), *_writing(names)]
    return compare(document, operations) + _compare_key(document, names)


def _reading() -> list[Operation]:
    return [
        Operation("GET", path, PREFIX, reads=ALIASES[model], needed=NEEDED.get(model, frozenset()))
        for path, model in READS
    ]


def _writing(names: Names) -> list[Operation]:
    flag, is_in_body = names.no_contractor
    sent_as = f"body:{flag}" if is_in_body else flag
    query = (Field(NO_CONTRACTOR, sent_as, ("noContractor", "removeContractor"), is_required=True),)
    return [
        Operation(
            method,
            path,
            PREFIX,
            body=_body(model, names),
            query=query if model == "MaintenanceJobUpdateModel" else (),
        )
        for method, path, model in WRITES
    ]


def _body(model: str, names: Names) -> Body:
    return Body(
        model,
        tuple(
            Field(
                f"{model}.{name}",
                names.of(model, name),
                (name, *MEANS_THE_SAME.get(name, ())),
                is_required=f"{model}.{name}" in REQUIRED,
                nested=_body("Document", names) if name == "Documents" else None,
            )
            for name in WRITTEN[model]
        ),
    )


def _compare_key(document: Record, names: Names) -> Comparison:
    """Where the document wants the key. Only said, not corrected: older documents of the vendor
    name another header than the one that its articles show and its users send."""
    components = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    schemes = schemes or document.get("securityDefinitions")
    described = schemes.values() if isinstance(schemes, dict) else ()
    keys = {str(one.get("name")) for one in described if isinstance(one, dict) and "name" in one}
    if not keys or names.api_key in keys:
        return Comparison()
    message = (
        f"takes the key as {' or '.join(sorted(keys))}; should AgentOS refuse {names.api_key},"
        f' set "{API_KEY}"'
    )
    return Comparison((Finding("security", message, False),))
