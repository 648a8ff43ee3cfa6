"""Rules between two connections: what each has alone, and only both together get wrong.

Pure functions from settings to faults.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from syncd.settings.faults import Fault, Location
from syncd.settings.whole import ConnectionSettings

Places = tuple[Location, Location]
"""Where the earlier and the later of two connections are."""

_ACCOUNT: tuple[Location, ...] = (("enabled",), ("letsjobit", "company_id"))
_AGENCY: Location = ("agentos", "short_name")
_JOB_CHOICE: tuple[Location, ...] = (
    ("agentos", "contractors"),
    ("agentos", "branches"),
    ("agentos", "channel"),
    ("contractor_portal",),
)
_SAME_WORDS = {"true": "1", "yes": "1", "false": "0", "no": "0"}


def broken_between(
    connections: Sequence[tuple[int, ConnectionSettings]],
) -> Iterator[Fault]:
    """Every rule that two of the connections, given with their positions, break together."""
    for (first, one), (second, other) in combinations(connections, 2):
        places = ("connections", first), ("connections", second)
        for rule in (_names, _budgets, _visits_twice, _jobs_twice):
            yield from rule(one, other, places)


def _names(one: ConnectionSettings, other: ConnectionSettings, places: Places) -> Iterator[Fault]:
    if one.name == other.name:
        yield Fault(
            (*places[1], "name"),
            f'"{other.name}" is the name of an earlier connection',
            "give every connection a name of its own",
            about=((*places[0], "name"),),
        )


def _budgets(one: ConnectionSettings, other: ConnectionSettings, places: Places) -> Iterator[Fault]:
    """One key has one limit, whichever connection sends."""
    for vendor in ("agentos", "letsjobit"):
        first, second = getattr(one, vendor), getattr(other, vendor)
        is_shared = first.api_key == second.api_key and first.base_url == second.base_url
        if first.api_key and is_shared and first.rate_limit != second.rate_limit:
            yield Fault(
                (*places[1], vendor, "rate_limit"),
                f"differs from that of connection {one.name}, which has the same key",
                "write the same limit in both",
                about=tuple(
                    (*place, vendor, setting)
                    for place in places
                    for setting in ("api_key", "base_url", "rate_limit")
                ),
            )


def _visits_twice(
    one: ConnectionSettings, other: ConnectionSettings, places: Places
) -> Iterator[Fault]:
    """The same contractor's jobs, in the same agency and account, would become two visits each."""
    branches = set(one.agentos.branches), set(other.agentos.branches)
    are_apart = all(branches) and not branches[0] & branches[1]
    contractors = _job_contractors(one) & _job_contractors(other)
    is_one_agency = one.agentos.short_name.casefold() == other.agentos.short_name.casefold()
    if contractors and is_one_agency and _share_account(one, other) and not are_apart:
        yield Fault(
            (*places[1], "agentos", "contractors"),
            f"overlaps with connection {one.name}: every job would become two visits",
            "put the contractors of one agency and account into one connection, or disable one",
            about=_settings_of(places, (_AGENCY, *_JOB_CHOICE)),
        )


def _jobs_twice(
    one: ConnectionSettings, other: ConnectionSettings, places: Places
) -> Iterator[Fault]:
    """The same account's field visits would become two jobs each, of one agency or of two: then
    one of them learns of a tenant who is none of its business."""
    first, second = one.create_jobs, other.create_jobs
    are_apart = any(
        _spelled(first.only[key]) != _spelled(second.only[key])
        for key in first.only.keys() & second.only
    )
    if first.enabled and second.enabled and _share_account(one, other) and not are_apart:
        yield Fault(
            (*places[1], "create_jobs", "only"),
            f"does not tell its visits from those of connection {one.name}, which has the same "
            "LetsJobIt account: a field visit would become two jobs",
            "let `only` of both name one field with different values",
            about=_settings_of(places, (("create_jobs",),)),
        )


def _share_account(one: ConnectionSettings, other: ConnectionSettings) -> bool:
    """Whether both are enabled and work with the same LetsJobIt account."""
    return one.enabled and other.enabled and one.letsjobit.company_id == other.letsjobit.company_id


def _spelled(value: object) -> object:
    """One spelling of what visits are compared with as equal: 1, "1" and true."""
    if not isinstance(value, str | int | float):
        return value
    word = " ".join(str(value).split())
    return _SAME_WORDS.get(word.casefold(), word)


def _settings_of(places: Places, more: tuple[Location, ...]) -> tuple[Location, ...]:
    """What decides whether two connections share an account, and `more`, in both of them."""
    return tuple((*place, *setting) for place in places for setting in (*_ACCOUNT, *more))


def _job_contractors(connection: ConnectionSettings) -> set[str]:
    """The contractors whose jobs become visits."""
    if connection.agentos.channel == "v3":
        return set()
    if connection.agentos.channel == "portal" and connection.contractor_portal:
        return {connection.contractor_portal.contractor_id}
    return set(connection.agentos.contractors)
