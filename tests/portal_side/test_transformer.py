"""How the portal packs its answers is looked at before anything else is asked of it."""

import pytest

from syncd.cycle.report import Outcome
from tests.closures.story import Story
from tests.cycle.office import Office, Record, connection_of

PROBE = "contractor.status"


def asked(office: Office) -> list[str]:
    """The procedures that the portal was asked for since the mark."""
    return [each.path.rpartition("/")[2] for each in office.sent("portal")]


@pytest.mark.parametrize("follows", [True, False])
@pytest.mark.parametrize(("actual", "said"), [("superjson", "none"), ("none", "superjson")])
async def test_a_transformer_that_is_set_wrong_is_named_and_nothing_else_is_asked(
    story: Story, actual: str, said: str, follows: bool
) -> None:
    """Whether payments are followed or not; what the portal would answer to input that is packed
    the wrong way is not found out."""
    story.office.options(portal_transformer=actual)

    def change(document: Record) -> None:
        portal = connection_of(document)["contractor_portal"]
        portal.update(transformer=said, follow_payments=follows)

    async with story.office.configured(change, store="") as office:
        office.mark()
        report = await office.run()
        assert report.outcome is Outcome.INCOMPLETE
        assert {each.code for each in report.errors} == {"agentos_transformer"}
        assert {each.hint for each in report.errors} == {f'write transformer = "{actual}"'}
        assert all("contractor_portal.transformer" in each.message for each in report.errors)
        assert set(asked(office)) == {PROBE}


@pytest.mark.parametrize("follows", [True, False])
async def test_it_is_looked_at_once_in_a_process(story: Story, follows: bool) -> None:
    """First of all, and not again in the next cycle."""

    def change(document: Record) -> None:
        connection_of(document)["contractor_portal"]["follow_payments"] = follows

    async with story.office.configured(change, store="") as office:
        office.mark()
        await office.run()
        await office.run()
        procedures = asked(office)
    assert procedures[0] == PROBE
    assert procedures.count(PROBE) == 1
    assert "contractor.account" in procedures
