"""How a connection makes leads, and what a person has to say where it cannot. Pure values."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from syncd.model import InboxKind, Question

RETRY, LEAVE = "retry", "leave"


@dataclass(frozen=True)
class LeadSources:
    """The agency's lead sources, names by OID; `problem` is why AgentOS shows none."""

    names: Mapping[str, str]
    problem: str | None = None

    def named(self, wanted: str) -> str | None:
        """The OID of the source with this name, in any case, or with this OID."""
        if wanted in self.names:
            return wanted
        word = wanted.strip().casefold()
        return next((oid for oid, name in self.names.items() if name.casefold() == word), None)


@dataclass(frozen=True)
class LeadRules:
    """How this connection makes leads (`connections.leads`); `sources` None: not read yet."""

    field: str
    lead_type: str
    source: str
    sources: LeadSources | None

    @property
    def question(self) -> Question | None:
        """What to ask where no lead can be made as configured; None where all is well."""
        sources = self.sources
        if sources is None or sources.named(self.source) is not None:
            return None
        if sources.problem is not None:
            return Question(
                InboxKind.REFUSED,
                "leads",
                f"Leads wait: {sources.problem}. Ask the agency to enable V4 Property Management "
                "for the key.",
                (RETRY, LEAVE),
            )
        names = sorted(set(sources.names.values()) - {RETRY, LEAVE})
        digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:8]
        return Question(
            InboxKind.UNKNOWN_STATUS,
            f"lead source:{self.source}:{digest}",
            f"Leads wait: the agency has no lead source {self.source!r}. It has "
            f"{', '.join(names) or 'none'}. Choose one, and correct leads.source.",
            (*names, RETRY, LEAVE),
        )
