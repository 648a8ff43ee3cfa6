"""Tests of the three-way merge, against an oracle that knows nothing of it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.model import Base, Field, Json, Owner
from syncd.reconcile.merge import Merge, merge
from tests.reconcile.oracle import Past, Ruling, rule

WORDS = ("a", "b", "c")
ANSWERS = (None, "agentos", "letsjobit", "leave")
FIELD = Field.DATE
ALL = frozenset(Field)


def pasts() -> Iterator[Past]:
    """Every memory of one field: none, what the visit said alone, and both."""
    yield Past()
    for job, visit, is_taken in product((None, *WORDS), WORDS, (False, True)):
        yield Past(job, visit, is_taken)


def as_base(past: Past, name: Field = FIELD) -> Base:
    """The base that remembers this of one field."""
    return Base(
        {} if past.job is None else {name: past.job},
        {} if past.visit is None else {name: past.visit},
        frozenset({name} if past.is_taken else ()),
    )


def as_ruling(merged: Merge, name: Field = FIELD) -> Ruling:
    """What a merge says of one field, in the oracle's words."""
    places = (merged.base.job, merged.base.visit, merged.writes)
    job, visit, write = (str(place[name]) if name in place else None for place in places)
    return Ruling(Past(job, visit, name in merged.base.taken), write, name in merged.conflicts)


def written(merged: Merge) -> Base:
    """The base after everything was written and read back."""
    return Base(
        {**merged.base.job, **merged.writes},
        {**merged.base.visit, **merged.writes},
        merged.base.taken - merged.writes.keys(),
    )


@pytest.mark.parametrize("owner", Owner)
@pytest.mark.parametrize("answer", ANSWERS)
def test_every_combination_agrees_with_the_oracle(owner: Owner, answer: str | None) -> None:
    """Every base, both sides' words, silence, and a field that is left for later."""
    count = 0
    for past, job, visit, is_among in product(pasts(), (None, *WORDS), WORDS, (True, False)):
        merged = merge(
            {} if job is None else {FIELD: job},
            {FIELD: visit},
            as_base(past),
            owners={FIELD: owner},
            answer=answer,
            among=ALL if is_among else ALL - {FIELD},
        )
        expected = rule(past, job, visit, owner=owner.value, answer=answer, is_among=is_among)
        assert as_ruling(merged) == expected, (past, job, visit, is_among)
        count += 1
    assert count == 25 * 4 * 3 * 2


@pytest.mark.parametrize("owner", Owner)
def test_no_base_is_an_empty_base(owner: Owner) -> None:
    """A link that never agreed on anything is merged like one that remembers nothing."""
    for job, visit in product((None, *WORDS), WORDS):
        said: Mapping[Field, Json] = {} if job is None else {FIELD: job}
        never = merge(said, {FIELD: visit}, None, owners={FIELD: owner})
        assert never == merge(said, {FIELD: visit}, Base(), owners={FIELD: owner})


def test_a_field_that_the_visit_does_not_have_is_left_alone() -> None:
    """What only the job says is neither written nor remembered."""
    merged = merge({FIELD: "a"}, {}, None, owners={FIELD: Owner.AGENTOS})
    assert merged == Merge({}, Base(), ())


_past = st.sampled_from(list(pasts()))
_side = st.fixed_dictionaries({}, optional={name: st.sampled_from(WORDS) for name in Field})


@st.composite
def _bases(draw: st.DrawFn) -> Base:
    each = {name: as_base(draw(_past), name) for name in Field}
    job = {name: value for base in each.values() for name, value in base.job.items()}
    visit = {name: value for base in each.values() for name, value in base.visit.items()}
    return Base(job, visit, frozenset().union(*(base.taken for base in each.values())))


_visit = st.fixed_dictionaries({name: st.sampled_from(WORDS) for name in Field})
_owners = st.fixed_dictionaries({name: st.sampled_from(Owner) for name in Field})
_among = st.frozensets(st.sampled_from(Field))
_answer = st.sampled_from(ANSWERS)


@given(_side, _visit, _bases(), _owners, _answer, _among)
def test_fields_do_not_see_each_other(
    job: Mapping[Field, Json],
    visit: Mapping[Field, Json],
    base: Base,
    owners: Mapping[Field, Owner],
    answer: str | None,
    among: frozenset[Field],
) -> None:
    """A conflict about one field stops no other: together they come to what each comes to alone."""
    merged = merge(job, visit, base, owners=owners, answer=answer, among=among)
    for name in Field:
        alone = merge(
            {n: v for n, v in job.items() if n is name},
            {name: visit[name]},
            Base(
                {n: v for n, v in base.job.items() if n is name},
                {n: v for n, v in base.visit.items() if n is name},
                base.taken & {name},
            ),
            owners=owners,
            answer=answer,
            among=among,
        )
        assert as_ruling(merged, name) == as_ruling(alone, name)
        assert merged.reasons.get(name) == alone.reasons.get(name)


@given(_side, _visit, _bases(), _owners, _answer, _among)
def test_once_written_it_is_quiet(
    job: Mapping[Field, Json],
    visit: Mapping[Field, Json],
    base: Base,
    owners: Mapping[Field, Owner],
    answer: str | None,
    among: frozenset[Field],
) -> None:
    """After the writes were read back the same merge writes nothing and moves nothing, and asks
    only what nobody answered."""
    merged = merge(job, visit, base, owners=owners, answer=answer, among=among)
    after, known = {**visit, **merged.writes}, written(merged)
    again = merge(job, after, known, owners=owners, among=among)
    assert not again.writes
    assert again.base == known
    assert again.conflicts == (merged.conflicts if answer is None else ())


@given(_side, _visit, _bases(), _owners, _answer)
def test_what_the_dispatcher_has_is_never_written(
    job: Mapping[Field, Json],
    visit: Mapping[Field, Json],
    base: Base,
    owners: Mapping[Field, Owner],
    answer: str | None,
) -> None:
    """A field that LetsJobIt owns and the dispatcher took stays his, whatever anybody answers."""
    merged = merge(job, visit, base, owners=owners, answer=answer)
    his = {name for name in base.taken if owners[name] is Owner.LETSJOBIT and name in base.visit}
    assert not his & merged.writes.keys()
    assert not his & set(merged.conflicts)
    assert his <= merged.base.taken


@given(_side, _visit, _bases(), _owners, _among)
def test_no_conflict_is_lost(
    job: Mapping[Field, Json],
    visit: Mapping[Field, Json],
    base: Base,
    owners: Mapping[Field, Owner],
    among: frozenset[Field],
) -> None:
    """An open conflict is asked again in every later merge, and its field stays as remembered;
    left for later or not, it is there when its turn comes."""
    merged = merge(job, visit, base, owners=owners, among=among)
    full = merge(job, visit, base, owners=owners)
    assert set(merged.conflicts) == set(full.conflicts) & among
    later = merge(job, {**visit, **merged.writes}, written(merged), owners=owners)
    assert set(later.conflicts) == set(full.conflicts)
    for name in merged.conflicts:
        assert name not in merged.writes
        assert merged.base.visit.get(name) == base.visit.get(name)
        assert merged.base.job.get(name) == base.job.get(name)


@given(_side, _visit, _bases(), _owners, _answer, _among)
def test_every_field_that_is_not_quiet_has_its_rule(
    job: Mapping[Field, Json],
    visit: Mapping[Field, Json],
    base: Base,
    owners: Mapping[Field, Owner],
    answer: str | None,
    among: frozenset[Field],
) -> None:
    """`why` can say the rule behind every write, every conflict, and every adopted field."""
    merged = merge(job, visit, base, owners=owners, answer=answer, among=among)
    moved = {
        name
        for name in job
        if (merged.base.job.get(name), merged.base.visit.get(name))
        != (base.job.get(name), base.visit.get(name))
    }
    assert moved | merged.writes.keys() | set(merged.conflicts) <= merged.reasons.keys()
    assert all(merged.reasons.values())


def test_reasons_tell_a_restored_field_from_a_followed_one() -> None:
    """A person reads who changed what."""
    owners = {FIELD: Owner.AGENTOS}
    agreed = as_base(Past("a", "a"))
    restored = merge({FIELD: "a"}, {FIELD: "b"}, agreed, owners=owners)
    followed = merge({FIELD: "b"}, {FIELD: "a"}, agreed, owners=owners)
    assert restored.reasons == {FIELD: "restored: AgentOS owns it"}
    assert followed.reasons == {FIELD: "changed in AgentOS"}
    kept = merge({FIELD: "a"}, {FIELD: "b"}, agreed, owners={FIELD: Owner.LETSJOBIT})
    assert kept.reasons == {FIELD: "changed in LetsJobIt"}
    chosen = merge({FIELD: "a"}, {FIELD: "b"}, None, owners=owners, answer="agentos")
    assert chosen.reasons == {FIELD: "a person chose AgentOS"}


def test_a_silent_field_gets_an_opinion() -> None:
    """What the visit said while the job was silent makes the job's first word a change: followed
    where AgentOS owns it, kept where LetsJobIt does."""
    for owner, writes in ((Owner.AGENTOS, {FIELD: "b"}), (Owner.LETSJOBIT, {})):
        quiet = merge({}, {FIELD: "a"}, None, owners={FIELD: owner})
        told = merge({FIELD: "b"}, {FIELD: "a"}, quiet.base, owners={FIELD: owner})
        assert (told.writes, told.conflicts) == (writes, ())


def test_arguments_are_not_touched() -> None:
    """A merge gives a new base and leaves the old one as it was."""
    base = as_base(Past("a", "a"))
    before = replace(base, job=dict(base.job), visit=dict(base.visit))
    merge({FIELD: "b"}, {FIELD: "b"}, base, owners={FIELD: Owner.ASK})
    assert base == before
