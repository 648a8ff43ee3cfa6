"""The exceptions of syncd. Every stop has a code for programs, a sentence and a cure for people.

    SyncdError
    ├─ ConfigError            a person must change a file; carries every problem at once
    ├─ VendorError            side, operation, status; never the key, never personal data
    │  ├─ VendorUnavailable   nothing happened; later (retry_after)
    │  ├─ VendorRefused       understood and declined; repeating will not help
    │  │  ├─ VendorDenied     the key was not let in (401, 403): every call of this kind will fail
    │  │  └─ VendorNotFound   there is nothing at this address (404)
    │  ├─ VendorGarbled       a read was answered in no shape we know
    │  └─ OutcomeUnknown      a write was sent; it may have happened
    ├─ BadRecord              one record of a vendor cannot be used; the others go on
    ├─ BadEvidence            one picture of a visit cannot be used; the rest of it goes on
    ├─ MissingAmount          a closed visit does not say what it costs; a person has to
    ├─ GuardTripped           too dangerous to commit; names the guard and the numbers
    ├─ LeaseLost              someone else works on this connection now
    └─ StoreHeld              another syncd holds the store; names the holder

This module imports nothing of syncd but the vocabulary, does no I/O and holds no text that came
from a vendor without it having been cut and scrubbed by `vendor_words`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from syncd.model import Side


def cured(message: str, cure: str) -> str:
    """What is wrong, and what to do about it, as one sentence; never brackets after brackets."""
    if not cure:
        return message
    return f"{message}; {cure}" if message.endswith(")") else f"{message} ({cure})"


class SyncdError(Exception):
    """A stop that is no bug: `code` for programs, `message` in one line, `hint` with the cure."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return cured(self.message, self.hint)

    @property
    def plain(self) -> str:
        """The same in our own words alone, for logs."""
        return str(self)


@dataclass(frozen=True)
class Problem:
    """One mistake in the configuration: the path of the setting, what is wrong, what to write."""

    path: str
    message: str
    cure: str = ""

    def __str__(self) -> str:
        sentence = f"{self.path}: {self.message}" if self.path else self.message
        return cured(sentence, self.cure)


class ConfigError(SyncdError):
    """A person must change a file. All problems are collected before this is raised."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        message = "; ".join(str(problem) for problem in self.problems) or "configuration is wrong"
        hint = "" if count < 2 else f"{count} settings need a correction"
        super().__init__("config", message, hint)


class VendorError(SyncdError):
    """A call to a vendor did not end as it should.

    `operation` is the client's method, `status` the HTTP status where there was one, `retry_after`
    the seconds after which the vendor wants to be asked again, where it said so. `said` are the
    vendor's own words: they end the message, and stay out of what is logged.
    """

    def __init__(
        self,
        code: str,
        message: str,
        hint: str = "",
        *,
        side: Side,
        operation: str,
        status: int | None = None,
        retry_after: float | None = None,
        said: str = "",
    ) -> None:
        super().__init__(code, f"{message}: {said}" if said else message, hint)
        self.ours = message
        self.side = side
        self.operation = operation
        self.status = status
        self.retry_after = retry_after

    @property
    def plain(self) -> str:
        """Without the vendor's own words, in which a tenant's name and address may stand."""
        return cured(self.ours, self.hint)

    def quoting(self, said: str) -> Self:
        """The same, ending in the vendor's own words."""
        return type(self)(
            self.code,
            self.ours,
            self.hint,
            side=self.side,
            operation=self.operation,
            status=self.status,
            retry_after=self.retry_after,
            said=said,
        )


class VendorUnavailable(VendorError):
    """Nothing happened at the vendor; the same call may work later."""


class VendorRefused(VendorError):
    """The vendor understood and declined; the same call will be declined again."""


class VendorDenied(VendorRefused):
    """The key was not let in (401, 403); it concerns the key or the tier, never one record."""


class VendorNotFound(VendorRefused):
    """There is nothing at this address (404): deleted, archived, or a wrong identity."""


class VendorGarbled(VendorError):
    """A read was answered in no shape that we know: HTML, half a document, a missing envelope."""


class OutcomeUnknown(VendorError):
    """A write was sent and its answer is lost or unreadable; it may have happened."""


class BadRecord(SyncdError):
    """One record of a vendor cannot be used; `message` is the reason, with nothing personal."""

    def __init__(self, reason: str) -> None:
        super().__init__("bad_record", reason)


class BadEvidence(SyncdError):
    """One picture of a visit cannot be used; `message` is the reason, with nothing personal."""

    def __init__(self, reason: str) -> None:
        super().__init__("bad_evidence", reason)


class MissingAmount(SyncdError):
    """A closed visit does not say what it costs; `message` is the reason, with nothing personal."""

    def __init__(self, reason: str) -> None:
        super().__init__("missing_amount", reason)


class GuardTripped(SyncdError):
    """A plan or a sweep is too dangerous to commit."""

    def __init__(self, guard: str, *, found: str, limit: str, hint: str = "") -> None:
        super().__init__("guard", f"guard {guard}: found {found}, the limit is {limit}", hint)
        self.guard = guard
        self.found = found
        self.limit = limit


class LeaseLost(SyncdError):
    """Another process works on this connection now; this one must send and write nothing more."""

    def __init__(self, connection: str, *, holder: str | None = None) -> None:
        by = f" to {holder}" if holder else ""
        super().__init__(
            "lease_lost",
            f"connection {connection}: the lease was lost{by}",
            "nothing to do: the process that holds it goes on with the work",
        )
        self.connection = connection
        self.holder = holder


class StoreHeld(SyncdError):
    """Another syncd holds the store (SQLite) or all of the asked connections (Postgres)."""

    def __init__(self, holder: str, *, what: str = "the store") -> None:
        super().__init__(
            "store_held",
            f"{what} is held by another syncd: {holder}",
            "stop it first, or use a command that works beside it, such as status or inbox",
        )
        self.holder = holder
