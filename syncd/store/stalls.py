"""What a vendor fails to do beside being read, and since when; kept with the facts of a connection.

A lane that is not read is late by itself. A channel that only some work needs (V3 beside V4,
photos, leads, a custom field) has no lane, and its outage would otherwise be an error that passes
by in each cycle.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from syncd.model import Json, Side
from syncd.store.clock import read_clock
from syncd.store.cycles import LastRead, connection_rows, fact, remember_fact
from syncd.store.database import Session

_FACT = "stalled"


@dataclass(frozen=True)
class Stall:
    """One operation of a vendor that fails; `began` is when it was seen to fail first."""

    connection: str
    operation: str
    side: Side
    code: str
    began: LastRead


def note_stalls(
    session: Session,
    name: str,
    failed: Mapping[tuple[Side, str], str],
    *,
    answered: Collection[tuple[Side, str]],
    clear: Collection[Side],
    now: datetime,
) -> None:
    """Write what became of this cycle's operations: the code of each that failed, those that were
    answered, and the vendors of whom nothing that waits failed, so that nothing can stand."""
    known = _known(fact(session, name, _FACT))
    clock = read_clock(session)
    found: dict[str, Json] = {
        operation: row
        for operation, row in known.items()
        if _side(row) not in clear and (_side(row), operation) not in answered
    }
    for (side, operation), code in failed.items():
        if (side, operation) in answered:
            continue
        new: dict[str, Json] = {"at": now.isoformat(), "ms": clock.ms, "boot_id": clock.boot_id}
        began = known.get(operation, new)
        found[operation] = {**new, **began, "side": side.value, "code": code}
    if found != known:
        remember_fact(session, name, _FACT, found)


def load_stalls(session: Session, names: Iterable[str]) -> list[Stall]:
    """Everything that fails, by connection and operation."""
    rows = connection_rows(session, names)
    return [
        _stall(name, operation, row)
        for name in sorted(rows)
        for operation, row in sorted(_known(rows[name].facts.get(_FACT)).items())
    ]


def _stall(name: str, operation: str, row: Mapping[str, Json]) -> Stall:
    ms = row["ms"]
    at = datetime.fromisoformat(str(row["at"]))
    began = LastRead(at, ms if isinstance(ms, int) else None, str(row["boot_id"]))
    return Stall(name, operation, _side(row), str(row["code"]), began)


def _side(row: Mapping[str, Json]) -> Side:
    return Side(str(row["side"]))


def _known(kept: Json) -> dict[str, dict[str, Json]]:
    rows = kept if isinstance(kept, dict) else {}
    return {operation: row for operation, row in rows.items() if isinstance(row, dict)}
