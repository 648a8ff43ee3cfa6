"""What both vendors show before there is a configuration: values, and how records become them.

Pure. Of jobs and visits only counts, ids and names of fields are kept; nothing personal but the
names of engineers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from syncd.agentos import wire
from syncd.letsjobit.wire import Visit
from syncd.wire_json import Record

T = TypeVar("T")


@dataclass(frozen=True)
class Option:
    """Something that can be chosen: its key, its name, how often it was seen in a sample.

    `is_ending`: of a status, whether AgentOS says that it ends a job; None where it does not say.
    """

    key: str
    name: str
    times_seen: int = 0
    is_ending: bool | None = None


@dataclass(frozen=True)
class Agency:
    """What AgentOS shows, in its order but for contractors: the busiest first."""

    branches: tuple[Option, ...] = ()
    statuses: tuple[Option, ...] = ()
    contractors: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Account:
    """What LetsJobIt shows, the commonest first. `numbers` are fields that hold figures."""

    companies: tuple[Option, ...] = ()
    engineers: tuple[Option, ...] = ()
    numbers: tuple[str, ...] = ()


def agency_from(
    branches: Sequence[Record],
    statuses: Sequence[Record],
    contractors: Sequence[Record],
    jobs: Sequence[Record],
) -> Agency:
    """The agency as its records show it; what cannot be read is left out."""
    sample = _readable(wire.Job.model_validate, jobs)
    # A job may name its status by OID, by name, or both.
    in_status = Counter(word for job in sample for word in {job.status_id, job.status_name} if word)
    of_contractor = Counter(job.contractor_id for job in sample if job.contractor_id)
    kinds = [
        Option(
            each.oid,
            each.name or each.oid,
            max(in_status[each.oid], in_status[each.name or ""]),
            is_ending=each.is_closed,
        )
        for each in _readable(wire.StatusType.model_validate, statuses)
    ]
    people = [
        Option(each.oid, _name_of(each), of_contractor[each.oid])
        for each in _readable(wire.Contractor.model_validate, contractors)
        if each.oid and each.is_active is not False
    ]
    places = [
        Option(each.oid, each.name or "")
        for each in _readable(wire.Branch.model_validate, branches)
    ]
    return Agency(_once(places), _once(kinds), _busiest(_once(people)))


def account_from(visits: Sequence[Record]) -> Account:
    """The account as a sample of its visits shows it."""
    sample = _readable(Visit.model_validate, visits)
    companies = Counter(visit.company_id for visit in sample if visit.company_id)
    engineers = Counter(visit.driver_id for visit in sample if visit.driver_id)
    names = {visit.driver_id: visit.driver_name or "" for visit in sample}
    fields = [
        field
        for visit in sample
        for line in visit.lines or ()
        for field in line.extra_fields
        if not field.readonly
    ]
    numbers = Counter(field.name for field in fields if field.name and field.type == "number")
    return Account(
        companies=tuple(Option(key, "", count) for key, count in companies.most_common()),
        engineers=tuple(Option(key, names[key], count) for key, count in engineers.most_common()),
        numbers=tuple(name for name, _ in numbers.most_common()),
    )


def _readable(read: Callable[[Record], T], records: Iterable[Record]) -> list[T]:
    found = []
    for raw in records:
        try:
            found.append(read(raw))
        except ValueError:
            continue
    return found


def _name_of(contractor: wire.Contractor) -> str:
    """Its name; a company may stand in the surname."""
    person = " ".join(filter(None, (contractor.forename, contractor.surname)))
    return contractor.company_name or person


def _once(options: Iterable[Option]) -> tuple[Option, ...]:
    """Each key once, in order: a contractor may stand in the list of several branches."""
    return tuple({each.key: each for each in options}.values())


def _busiest(options: Sequence[Option]) -> tuple[Option, ...]:
    return tuple(sorted(options, key=lambda each: -each.times_seen))
