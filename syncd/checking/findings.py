"""What a check found: values, and how a vendor's failure reads as one."""

from dataclasses import dataclass
from enum import StrEnum

from syncd.errors import (
    VendorDenied,
    VendorError,
    VendorGarbled,
    VendorNotFound,
    VendorRefused,
    cured,
)


class Severity(StrEnum):
    """What a finding means for the check, from good to bad."""

    NOTE = "note"  # worth knowing, nothing to do
    ATTENTION = "attention"  # a person should look
    INCOMPLETE = "incomplete"  # a vendor could not be asked
    WRONG = "wrong"  # a setting must be corrected


@dataclass(frozen=True)
class Finding:
    """One line for a person: which setting, what about it, and the cure."""

    severity: Severity
    connection: str
    path: str
    message: str
    cure: str = ""
    code: str = ""

    def __str__(self) -> str:
        place = f"{self.path}: " if self.path else f"{self.connection}: " * bool(self.connection)
        return cured(f"{place}{self.message}", self.cure)


@dataclass(frozen=True)
class Place:
    """Where the findings of one side of one connection point to."""

    connection: str
    side: str

    def path(self, setting: str) -> str:
        """The path of a setting of this side."""
        return f"connections[{self.connection}].{self.side}.{setting}"

    def found(
        self, severity: Severity, setting: str, message: str, cure: str = "", code: str = ""
    ) -> Finding:
        """A finding about a setting of this side."""
        path = self.path(setting) if setting else ""
        return Finding(severity, self.connection, path, message, cure, code)

    def failure(self, error: VendorError) -> Finding:
        """A vendor's failure to answer, as what it means for the settings."""
        severity, setting, cure = _meaning(error)
        return self.found(severity, setting, error.message, cure, error.code)


def _meaning(error: VendorError) -> tuple[Severity, str, str]:
    """How bad it is, which setting it points to, and the cure."""
    if isinstance(error, VendorDenied):
        return Severity.INCOMPLETE, "api_key", error.hint
    if isinstance(error, VendorNotFound):
        cure = "there is no such address: correct base_url, and for AgentOS short_name"
        return Severity.WRONG, "base_url", cure
    if isinstance(error, VendorGarbled | VendorRefused):
        cure = "if it stays so, correct base_url or ask the vendor"
        return Severity.INCOMPLETE, "base_url", cure
    return Severity.INCOMPLETE, "", cure_by_hand(error)


def cure_by_hand(error: VendorError) -> str:
    """The cure for a command that nobody but a person repeats."""
    if error.code.endswith("_unavailable"):
        return "check the network and the address; then give the same command again"
    if error.code.endswith("_rate_limited") or error.code == "deadline":
        return "give the same command again in a few minutes"
    return error.hint
