"""What was noted of people who asked for nothing is kept as short as can be."""

from datetime import timedelta
from pathlib import Path

import pytest

from syncd import retention
from syncd.settings import RetentionSettings
from tests.closures.story import DOOR, Story
from tests.cycle.office import Office
from tests.leads.noted import TOLD, made, note

KEPT = RetentionSettings(personal_data=timedelta(days=180), journal=timedelta(days=1095))
CANARY = "Mrs Example"


def tables_with(office: Office, words: str) -> set[str]:
    """The tables in which these words stand."""
    names = ("journal", "intents", "closures", "inbox", "observations", "directory", "connections")
    return {name for name in names if words in repr(office.rows(name))}


def bytes_of(office: Office) -> bytes:
    """Every byte of the store's files."""
    path = office.app.database.path
    assert path is not None
    return b"".join(each.read_bytes() for each in Path(path).parent.glob(f"{path.name}*"))


async def test_what_was_noted_stands_in_the_kept_closure_alone(leads: Story) -> None:
    """Not in a change, the journal or a question: also of a lead in doubt and of a refused one."""
    note(leads)
    leads.office.fault("timeout", path="/leads/create")
    await leads.office.run()
    note(leads, title=DOOR)
    body = f'{{"Message": "No: {TOLD}"}}'
    leads.office.fault("status", path="/leads/create", status=400, body=body)
    await leads.office.run()
    assert len(leads.office.inbox()) == 2
    assert tables_with(leads.office, CANARY) == {"closures"}


async def test_after_its_time_nothing_of_it_is_left(leads: Story) -> None:
    """No byte of the store has it, and nothing is made again."""
    note(leads)
    await leads.rest()
    await leads.office.run()
    office = leads.office
    assert CANARY.encode() in bytes_of(office)
    office.clock.move(days=200)
    app = office.app
    assert await retention.tend(app.database, KEPT, owner=app.owner, clock=office.clock) > 0
    assert CANARY.encode() not in bytes_of(office)
    office.mark()
    await office.run()
    assert (office.effects(), len(made(leads))) == ([], 1)


async def test_no_log_line_tells_it(leads: Story, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever becomes of the lead."""
    caplog.set_level("DEBUG")
    note(leads)
    leads.office.fault("status", path="/leads/create", status=400, body=f'{{"Message": "{TOLD}"}}')
    await leads.office.run()
    leads.office.answer(leads.office.inbox()[0], "retry")
    await leads.rest()
    assert len(made(leads)) == 1
    assert CANARY not in caplog.text
    assert "900951" not in caplog.text
