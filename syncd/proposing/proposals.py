"""What to propose for each question, and how sure that is. Pure.

Sure is what may be taken unasked: one thing to choose from, or words that leave no doubt.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from syncd.proposing.seen import Account, Agency, Option

AMOUNT_FIELD = "invoice_total"
"""The field that syncd itself puts on every visit (setting `invoice.amount_field`)."""


@dataclass(frozen=True)
class Proposal:
    """Keys of the options that fit, none where nothing fits; `why` in a few words."""

    keys: tuple[str, ...] = ()
    is_sure: bool = False
    why: str = ""


@dataclass(frozen=True)
class Role:
    """A setting of `agentos.statuses`: names that can mean nothing else, and words that hint."""

    setting: str
    meaning: str
    names: frozenset[str]
    hints: tuple[str, ...]
    is_many: bool = False
    is_ending: bool = False
    is_optional: bool = False


def _names(*names: str) -> frozenset[str]:
    return frozenset(names)


ROLES = (
    Role(
        "visit_when",
        "a job gets a visit while it is",
        _names("reported", "pending", "new", "open", "instructed", "contractor instructed"),
        (
            *("reported", "new", "instructed", "assigned", "logged", "raised", "open", "pending"),
            *("allocated", "with contractor", "sent to contractor"),
        ),
        is_many=True,
    ),
    Role(
        "in_progress",
        "when the engineer begins, the job becomes",
        _names("in progress", "inprogress", "work in progress", "started", "under way", "underway"),
        ("progress", "started", "ongoing", "on site", "under way", "underway", "wip"),
        is_optional=True,
    ),
    Role(
        "awaiting_access",
        "when nobody lets the engineer in, the job becomes",
        _names("awaiting access", "no access", "access required", "waiting for access"),
        ("access", "no access"),
        is_optional=True,
    ),
    Role(
        "completed",
        "when the closed visit's papers have arrived, the job becomes",
        _names("completed", "complete", "job completed", "work completed", "works completed"),
        ("complete", "completed", "finished", "done", "closed", "resolved"),
        is_ending=True,
    ),
    Role(
        "cancelled",
        "a job needs no visit any more when it is",
        _names("cancelled", "canceled", "job cancelled", "job canceled"),
        ("cancelled", "canceled", "cancel", "rejected", "declined", "withdrawn", "not required"),
        is_many=True,
        is_ending=True,
    ),
)

_SOMEBODY_ELSES = frozenset(
    "approval approve quote quotes quotation estimate invoice invoiced paid payment part parts "
    "landlord access not un no on hold completed closed cancelled progress".split()
)
"""Words that keep a status from meaning a job that waits for the contractor, or one that is done,
unless they are the role's own."""


def propose_statuses(statuses: Sequence[Option]) -> Mapping[str, Proposal]:
    """For each role the agency's own statuses; no status ends up in two roles.

    Names that leave no doubt come first in every role, so that a mere hint takes none from another.
    """
    proposed: dict[str, Proposal] = {}
    taken: set[str] = set()
    for is_sure in (True, False):
        for role in ROLES:
            if role.setting in proposed:
                continue
            fitting = [
                each
                for each in statuses
                if each.key not in taken and _may_be(role, each) and _fits(role, each, is_sure)
            ]
            chosen = _chosen(role, fitting)
            if chosen:
                proposed[role.setting] = _proposal(role, chosen, is_sure=is_sure)
                taken |= {each.key for each in chosen}
    return {role.setting: proposed.get(role.setting, _none(role)) for role in ROLES}


def _none(role: Role) -> Proposal:
    if role.is_optional:
        return Proposal(is_sure=True, why="the agency has no such status: not reported")
    return Proposal(why="no status says so by its name")


def _proposal(role: Role, chosen: Sequence[Option], *, is_sure: bool) -> Proposal:
    is_doubled = len(chosen) > 1 and not role.is_many
    if not is_sure or is_doubled:
        why = "several could be meant" if is_doubled else "a guess by a word in the name"
        return Proposal(tuple(each.key for each in chosen[:1] if chosen), False, why)
    return Proposal(tuple(each.key for each in chosen), True, "by the name")


def _chosen(role: Role, fitting: Sequence[Option]) -> Sequence[Option]:
    return fitting if role.is_many else sorted(fitting, key=lambda each: -each.times_seen)


def _may_be(role: Role, status: Option) -> bool:
    """Not where AgentOS itself says the opposite about the end of the job."""
    return status.is_ending is None or status.is_ending == role.is_ending


def _fits(role: Role, status: Option, is_sure: bool) -> bool:
    words = _words(status.name)
    if " ".join(words) in role.names:
        return True
    if is_sure:
        return False
    others = _SOMEBODY_ELSES - {word for hint in role.hints for word in hint.split()}
    said = f" {' '.join(words)} "
    return not others & set(words) and any(f" {hint} " in said for hint in role.hints)


def _words(name: str) -> list[str]:
    """The words of a name without capitals and signs; "InProgress" and "in-progress" are two."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.findall(r"[^\W_]+", spaced.casefold())


def propose_contractor(agency: Agency) -> Proposal:
    """The only contractor, or else a guess: the one with the most jobs in the sample."""
    if len(agency.contractors) == 1:
        return Proposal((agency.contractors[0].key,), True, "there is no other")
    return _commonest(agency.contractors, "has the most jobs")


def propose_company(account: Account) -> Proposal:
    """The company of every visit seen."""
    if len(account.companies) == 1:
        return Proposal((account.companies[0].key,), True, "every visit is of it")
    return _commonest(account.companies, "has the most visits")


def propose_engineer(account: Account) -> Proposal:
    """The only engineer, or else a guess: the one with the most visits in the sample."""
    if len(account.engineers) == 1:
        return Proposal((account.engineers[0].key,), True, "there is no other")
    return _commonest(account.engineers, "has the most visits")


def _commonest(options: Iterable[Option], why: str) -> Proposal:
    first = max(options, key=lambda each: each.times_seen, default=None)
    if first is None or not first.times_seen:
        return Proposal(why="none was seen")
    return Proposal((first.key,), False, why)


_MONEY = ("invoice", "amount", "price", "charge", "cost", "total")


def propose_amount_field(account: Account) -> Proposal:
    """A field for figures that engineers fill already and that speaks of money; else our own."""
    if AMOUNT_FIELD in account.numbers:
        return Proposal((AMOUNT_FIELD,), True, "visits have it")
    money = [name for name in account.numbers if set(_words(name)) & set(_MONEY)]
    if money:
        return Proposal((money[0],), False, "visits have this field for figures")
    return Proposal((AMOUNT_FIELD,), True, "syncd puts it on every visit")
