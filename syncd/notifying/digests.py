"""The daily summary: when it is due, and what it says. Pure.

Due once a day, at a time of day in the agency's zone; after a night when syncd was off it comes
late, and never twice. Whatever the clocks do, one local day has one summary at the most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from syncd.notifying.wording import Message, age


@dataclass(frozen=True)
class Summary:
    """One connection: what was done in a day, and what stands now. Ages are in seconds."""

    connection: str
    visits_created: int
    closures_delivered: int
    invoices: int
    invoiced: Decimal
    questions: int
    oldest_question_seconds: float
    waiting: int
    in_doubt: int
    dead: int
    undelivered: int
    oldest_undelivered_seconds: float
    late: tuple[str, ...]
    is_paused: bool


def is_due(now: datetime, at: time, zone: ZoneInfo, last: datetime | None) -> bool:
    """Whether today's summary is to be sent; `last` is when one was sent or left out."""
    local = now.astimezone(zone)
    if last is None or local.time() < at:
        return False
    return local.date() > last.astimezone(zone).date()


def yesterday(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The day before, from midnight to midnight in the zone: 23 to 25 hours."""
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    before = (midnight - timedelta(days=1)).replace(fold=0)
    return before.astimezone(UTC), midnight.astimezone(UTC)


def digest_of(summaries: Sequence[Summary], day: str) -> Message:
    """The summary of a day in a few lines for each connection."""
    body = "\n\n".join("\n".join(_lines(each)) for each in summaries)
    return Message(f"syncd: summary of {day}", body or "No connection is switched on.")


def _lines(each: Summary) -> list[str]:
    if each.is_paused:
        health = f"paused; start it again: syncd resume {each.connection}"
    else:
        health = f"late: {', '.join(each.late)}" if each.late else "everything is read in time"
    return [
        each.connection,
        f"- done: {each.visits_created} visits created, {each.closures_delivered} closures "
        f"delivered, {each.invoices} invoices of {each.invoiced:.2f} GBP",
        f"- inbox: {_waits(each.questions, each.oldest_question_seconds, 'syncd inbox')}",
        f"- outbox: {_outbox(each)}",
        f"- closed visits: {_waits(each.undelivered, each.oldest_undelivered_seconds, '')}",
        f"- health: {health}",
    ]


def _waits(count: int, oldest_seconds: float, command: str) -> str:
    if not count:
        return "nothing waits"
    where = f": {command}" if command else ""
    verb = "waits" if count == 1 else "wait"
    return f"{count} {verb}, the oldest for {age(oldest_seconds)}{where}"


def _outbox(each: Summary) -> str:
    named = ((each.waiting, "waiting"), (each.in_doubt, "in doubt"), (each.dead, "dead"))
    words = ", ".join(f"{count} {word}" for count, word in named if count)
    return f"{words}: syncd outbox" if words else "empty"
