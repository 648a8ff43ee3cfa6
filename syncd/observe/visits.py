"""Observing visits: the open ones, and the closed ones that wait for acknowledgement."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from syncd.errors import BadRecord
from syncd.letsjobit.client import LetsJobIt
from syncd.letsjobit.wire import Visit
from syncd.model import Json, Observation, Side, VisitRecord
from syncd.observe.spool import Spool
from syncd.observe.sweeps import ListPage, Sweep, in_turns, sweep_list
from syncd.translate import canonical, content, tags
from syncd.translate.visits import visit_record
from syncd.wire_json import Record, encode_json

KnownRecords = Callable[[Side, Sequence[str]], Awaitable[Mapping[str, tuple[str, bool]]]]
"""For those of the ids that are known: the fingerprint, and whether the content is kept."""


@dataclass(frozen=True)
class VisitReader:
    """How the raw visits of one connection are read: whose tag is ours, and which key is theirs.

    `path_id` is what `/visits/{ID}` takes; a visit is known by it. `field_only` are the values that
    a visit raised in the field has (`connections.create_jobs.only`); None: none becomes a job.
    """

    path_id: str
    short_name: str
    zone: ZoneInfo
    field_only: Mapping[str, Json] | None = None

    def identity(self, raw: Record) -> str:
        """What the visit is known by, empty where it has none."""
        key = raw.get(self.path_id)
        return str(key) if isinstance(key, str | int) and not isinstance(key, bool) else ""

    def observation(self, raw: Record, fingerprint: str, *, is_kept: bool) -> Observation:
        """What this raw visit is to us.

        Only a visit that is marked as ours, that may become a job, or whose content is kept already
        is read in full. Of every other visit of the account no more is kept than its keys and its
        number. What a closed visit carries goes with it, but not where it was acknowledged before
        it was known.
        """
        number = raw.get("docNo")
        erp_id = canonical.whole(raw.get("id"))
        seen = Observation(
            Side.LETSJOBIT,
            self.identity(raw),
            fingerprint,
            erp_id=str(erp_id) if erp_id is not None else None,
            doc_no=number if isinstance(number, str) else None,
        )
        is_field = self.is_field(raw)
        if not is_kept and not is_field and not _is_marked(raw):
            return seen
        wire = self._wire(raw)
        visit = self._visit(wire)
        if isinstance(wire, str) or isinstance(visit, str):
            return replace(seen, problem=str(visit))
        visit = replace(visit, is_field=is_field and visit.tag is None)
        tag = visit.tag
        if tag is not None and tag.short_name != self.short_name and not is_kept:
            # Another connection's visit: its number must not be mistaken for one of our jobs.
            return replace(seen, doc_no=None)
        own = tag.job_id if tag is not None and tag.short_name == self.short_name else None
        known = replace(seen, content=content.written(visit), tag=own)
        if not visit.is_closed or (visit.is_confirmed and not is_kept):
            return known
        left = {name: value for name, value in raw.items() if name != "signature"}
        return replace(
            known, closure={"visit": encode_json(left).decode(), "signature": wire.signature}
        )

    def is_field(self, raw: Record) -> bool:
        """Whether this visit may become a job: not over yet, and with all of `field_only`."""
        is_over = canonical.truth(raw.get("closed")) and canonical.truth(raw.get("confirmClose"))
        if self.field_only is None or is_over:
            return False
        return all(_is_same(raw.get(name), value) for name, value in self.field_only.items())

    def read(self, raw: Record) -> VisitRecord | str:
        """The visit in neutral terms, or the reason why it cannot be used."""
        return self._visit(self._wire(raw))

    def _wire(self, raw: Record) -> Visit | str:
        try:
            return Visit.model_validate(raw)
        except ValueError as error:
            return misread(error)

    def _visit(self, wire: Visit | str) -> VisitRecord | str:
        if isinstance(wire, str):
            return wire
        try:
            return visit_record(wire, self.zone, path_id=self.path_id)
        except BadRecord as error:
            return error.message


async def observe_visits(
    client: LetsJobIt,
    reader: VisitReader,
    *,
    closed: bool | None,
    confirm_close: bool | None,
    doc_no: str | None,
    known: KnownRecords,
    spool: Spool,
    in_progress: bool | None = None,
    skipped: bool | None = None,
) -> Sweep:
    """Sweep the visits that the filters name, and add to the spool what changed.

    LetsJobIt API v2, Get All Visits. `doc_no` is the vendor's "contains" filter.
    """

    async def fetch(start: int) -> ListPage:
        page = await client.list_visits(
            start=start,
            closed=closed,
            confirm_close=confirm_close,
            in_progress=in_progress,
            skipped=skipped,
            doc_no=doc_no,
        )
        return ListPage(page.records, page.unreadable, page.total)

    async def take(fresh: Mapping[str, Record]) -> None:
        before = await known(Side.LETSJOBIT, list(fresh))
        async for key, raw in in_turns(fresh):
            known_as, is_kept = before.get(key, ("", False))
            fingerprint = canonical.fingerprint(raw)
            is_changed = fingerprint != known_as
            spool.note(Side.LETSJOBIT, is_known=is_kept, is_changed=is_changed)
            spool.shows_lines = spool.shows_lines or "lines" in raw
            spool.open_visits += not canonical.truth(raw.get("closed"))
            if is_changed or (not is_kept and reader.is_field(raw)):
                spool.add(reader.observation(raw, fingerprint, is_kept=is_kept))

    return await sweep_list(fetch, reader.identity, take, side=Side.LETSJOBIT)


def misread(error: ValueError) -> str:
    """Which field of a record is not as documented, never what stands in it."""
    lines = str(error).splitlines()
    return f"{lines[1].strip() if len(lines) > 1 else 'a field'} is not as the vendor documents it"


def _is_same(said: object, wanted: object) -> bool:
    """Whether two values mean the same: "1", 1 and true, and texts whatever their blanks."""
    if isinstance(said, str | int | float | Decimal) and isinstance(wanted, str | int | float):
        numbers = canonical.number(said), canonical.number(wanted)
        flags = canonical.truth(said), canonical.truth(wanted)
        is_number = None not in numbers and numbers[0] == numbers[1]
        is_flag = None not in flags and flags[0] == flags[1]
        return is_number or is_flag or canonical.line(str(said)) == canonical.line(str(wanted))
    return said == wanted


def _is_marked(raw: Record) -> bool:
    """Whether our tag may stand on it; a cheap look that may say yes too often."""
    obs = raw.get("obs")
    if isinstance(obs, str) and f"{tags.FIELD}:" in obs:
        return True
    lines = raw.get("lines")
    return bool(lines) and f"{tags.FIELD}:" in str(lines)
