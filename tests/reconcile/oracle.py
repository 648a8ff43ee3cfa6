"""What the merge of one field has to come to, by brute force: a list of rules, written from the
design and the decisions and not from the code.

It sees only the field's own values, so it says nothing about how many fields there are.
"""

from dataclasses import dataclass

Value = str | None
"""What a side says; None: it has no opinion."""


@dataclass(frozen=True)
class Past:
    """What was remembered of the field; both None: nothing."""

    job: Value = None
    visit: Value = None
    is_taken: bool = False


@dataclass(frozen=True)
class Ruling:
    """What is written to the visit, whether a person is asked, and what is remembered."""

    past: Past
    write: Value = None
    is_conflict: bool = False


def rule(
    past: Past, job: Value, visit: str, *, owner: str, answer: str | None, is_among: bool
) -> Ruling:
    """Go through the rules in the order in which people would."""
    if job is None:
        return Ruling(_silent(past, visit, owner))
    if not is_among:
        return Ruling(past)
    verdict = _verdict(past, job, visit, owner)
    if verdict == "conflict":
        answered = {"agentos": "write", "letsjobit": "theirs", "leave": "as they are"}
        verdict = answered.get(answer or "", "conflict")
        return _carry_out(verdict, past, job, visit, is_conflict=True)
    return _carry_out(verdict, past, job, visit, is_conflict=False)


def _silent(past: Past, visit: str, owner: str) -> Past:
    """Where AgentOS says nothing, the first word of the visit is remembered; the dispatcher's."""
    if past.visit is not None:
        return past
    return Past(past.job, visit, past.is_taken or owner == "letsjobit")


def _verdict(past: Past, job: str, visit: str, owner: str) -> str:
    if past.visit is None:
        # No base: equal is adopted. Unequal is never overwritten; keeping LetsJobIt's word
        # overwrites nobody.
        return "same" if job == visit else "theirs" if owner == "letsjobit" else "conflict"
    job_changed, visit_changed = past.job != job, past.visit != visit
    if job == visit:
        return "same" if job_changed or visit_changed else "nothing"
    table = {
        (False, False): "nothing",
        # The visit's word is kept, never sent; what AgentOS owns is restored.
        (False, True): "write" if owner == "agentos" else "theirs",
        # Until the dispatcher first changes it, AgentOS is followed.
        (True, False): _of_owner(owner) if past.is_taken else "write",
        (True, True): _of_owner(owner),
    }
    return table[job_changed, visit_changed]


def _of_owner(owner: str) -> str:
    return {"agentos": "write", "letsjobit": "theirs", "ask": "conflict"}[owner]


def _carry_out(verdict: str, past: Past, job: str, visit: str, *, is_conflict: bool) -> Ruling:
    """A base moves when nothing has to be written for it; else when the write was read back."""
    if verdict == "write":
        return Ruling(past, write=job, is_conflict=is_conflict)
    taken = {"theirs": True, "as they are": False, "same": past.is_taken}
    if verdict in taken:
        return Ruling(Past(job, visit, taken[verdict]), is_conflict=is_conflict)
    return Ruling(past, is_conflict=is_conflict)
