"""Every name that we write to AgentOS: one table, which an operator may correct (setting `wire`).

Pure. AgentOS publishes no bodies for V4 Maintenance; these names are the most likely ones (see
`wire`). An operator who holds the vendor's Swagger document corrects one by
`wire = { "ContractorInvoiceSubmissionModel.Amount" = "InvoiceAmount" }`, without a change of code;
an empty name leaves an optional field out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from syncd.errors import ConfigError, Problem

NO_CONTRACTOR = "MaintenanceJobUpdateModel.noContractor"
API_KEY = "Security.api_key"
BODY_PREFIX = "body:"

REQUIRED = frozenset(
    {
        "MaintenanceJobSubmissionModel.PropertyID",
        "MaintenanceJobSubmissionModel.Description",
        "MaintenanceJobSubmissionModel.StatusID",
        "MaintenanceJobUpdateModel.StatusID",
        NO_CONTRACTOR,
        "Document.DocumentName",
        "Document.MimeType",
        "Document.Content",
        "ContractorInvoiceSubmissionModel.ContractorID",
        "ContractorInvoiceSubmissionModel.JobID",
        "ContractorInvoiceSubmissionModel.Amount",
        "ContractorInvoiceSubmissionModel.Documents",
        "CustomFieldValue.Value",
        "PortalInvoice.amount",
        "PortalInvoice.reference",
        "LeadSubmissionModel.LeadType",
        "LeadSubmissionModel.LeadSourceID",
        API_KEY,
    }
)
"""Names that may be corrected but not left out."""

WRITTEN: Mapping[str, tuple[str, ...]] = {
    "MaintenanceJobSubmissionModel": (
        "PropertyID",
        "Title",
        "Description",
        "StatusID",
        "ContractorID",
        "Priority",
        "ReportedAt",
    ),
    "MaintenanceJobUpdateModel": ("StatusID", "Description", "ContractorID", "ClosedDate"),
    "Document": ("DocumentName", "MimeType", "Content", "Size"),
    "ContractorInvoiceSubmissionModel": (
        "ContractorID",
        "JobID",
        "Amount",
        "VATAmount",
        "InvoiceNumber",
        "InvoiceDate",
        "Description",
        "Documents",
    ),
    "CustomFieldValue": ("Value",),
    "PortalInvoice": (
        "amount",
        "reference",
        "vatAmount",
        "invoiceDate",
        "description",
        "documents",
    ),
    "LeadSubmissionModel": (
        "LeadType",
        "LeadSourceID",
        "BranchID",
        "PropertyID",
        "Forename",
        "Surname",
        "Email",
        "Phone",
        "Notes",
    ),
}
"""The bodies that we send and their fields, by our names."""

CORRECTABLE = (
    *(f"{model}.{name}" for model, names in WRITTEN.items() for name in names),
    NO_CONTRACTOR,
    API_KEY,
)


@dataclass(frozen=True)
class Names:
    """The names as they are sent: ours, but where a correction says otherwise."""

    corrections: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_wire(
        cls, wire: Mapping[str, str], *, path: str = "connections.agentos.wire"
    ) -> "Names":
        """The setting `wire`; ConfigError names every key that we do not write, and what exists."""
        problems = [
            *(_unknown(path, key) for key in wire if key not in CORRECTABLE),
            *(_needed(path, key) for key, name in wire.items() if key in REQUIRED and not name),
        ]
        if problems:
            raise ConfigError(problems)
        return cls(dict(wire))

    def of(self, model: str, name: str) -> str:
        """How a field of a body is called; "" when it is left out. KeyError: we do not write it."""
        if name not in WRITTEN[model]:
            raise KeyError(f"{model}.{name}")
        return self.corrections.get(f"{model}.{name}", name)

    def body(self, model: str, values: Mapping[str, object]) -> dict[str, object]:
        """A body with the vendor's names; values that are None and names left out do not appear."""
        named = ((self.of(model, name), value) for name, value in values.items())
        return {name: value for name, value in named if name and value is not None}

    @property
    def no_contractor(self) -> tuple[str, bool]:
        """The flag that removes a contractor, and whether it stands in the body (`body:Name`)
        instead of the query."""
        name = self.corrections.get(NO_CONTRACTOR, "noContractor")
        return name.removeprefix(BODY_PREFIX), name.startswith(BODY_PREFIX)

    @property
    def api_key(self) -> str:
        """The header or query name of the key."""
        return self.corrections.get(API_KEY, "api_key")


def _unknown(path: str, key: str) -> Problem:
    model = key.partition(".")[0]
    nearby = [name for name in CORRECTABLE if name.startswith(f"{model}.")] or list(CORRECTABLE)
    return Problem(
        f'{path}."{key}"', "is nothing that syncd writes", f"one of: {', '.join(nearby)}"
    )


def _needed(path: str, key: str) -> Problem:
    return Problem(f'{path}."{key}"', "cannot be left out", "write the vendor's name for it")
