"""An office that sends photos and shows visits in AgentOS, run as people run it: by the command."""

import base64
import functools
import io
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any, Self

from PIL import Image

from syncd.sandbox import visits
from syncd.sandbox.agentos_writes import with_status
from syncd.sandbox.faults import rule_from
from tests.kill.nursery import Ended
from tests.kill.stage import Record, Stage, printed

FIELDS = ("front", "back")
"""The photo fields of every visit."""

PHOTOS = """
[connections.visit]
fields = [
  { name = "front", type = "text", caption = "Front" },
  { name = "back", type = "text", caption = "Back" },
]

[connections.media]
photo_fields = ["front", "back"]
"""


FIELD = '\n[connections.custom_field]\nname = "External state"\n'
OF_PROPERTY = '\n[connections.custom_field]\nname = "External reference"\nof = "property"\n'


@functools.cache
def picture(shade: int, size: tuple[int, int] = (640, 480), kind: str = "JPEG") -> bytes:
    """A photograph, another for each shade."""
    made = io.BytesIO()
    Image.new("RGB", size, (shade * 25 % 256, 90, 40)).save(made, kind)
    return made.getvalue()


def encoded(content: bytes) -> str:
    """The same as LetsJobIt holds it."""
    return base64.b64encode(content).decode()


class Gallery(Stage):
    """A sandbox and an office, set to the moment when every job had just got its visit."""

    def __init__(self, tables: str = PHOTOS) -> None:
        super().__init__()
        self._tables = tables

    def __enter__(self) -> Self:
        super().__enter__()
        self._text = self.config.read_text() + self._tables
        self.config.write_text(self._text)
        self._end(self.run("run-once", "--json"), 0)
        self._kept = self.directory / "store-kept.db"
        with closing(sqlite3.connect(self.store)) as source:
            with closing(sqlite3.connect(self._kept)) as copy:
                source.backup(copy)
        self._world = self.box.world.snapshot()
        return self

    def reset(self) -> None:
        """Everything as it was then."""
        self.on_effect(lambda: None)
        self.lose_store()
        shutil.copyfile(self._kept, self.store)
        self.config.write_text(self._text)
        self.heal()
        with self.box.world.lock:
            self.box.world.restore(self._world)
            self.box.ledger.clear()

    # What people do

    def configure(self, old: str, new: str) -> None:
        """Replace words of the configuration."""
        assert old in self._text
        self.config.write_text(self._text.replace(old, new))

    def close_one(self, *, number: int = 0, **values: object) -> Record:
        """An engineer closes one visit of ours with these values; the visit."""
        world = self.box.world
        with world.lock:
            visit = self.our_visits()[number]
            entered = {"invoice_total": "80.50", **values}
            given = {"values": entered, "signeeName": "Ana Example"}
            world.put_visit(visits.closed(visit, given, at=world.local_time()))
        return self.visit(visit["_id"])

    def visit(self, key: str) -> Record:
        """A visit as it is."""
        return dict(self.box.world.visits.need(key))

    def fault(self, kind: str, **rule: Any) -> None:
        """Switch a fault on."""
        with self.box.world.lock:
            self.box.faults.rules.append(rule_from({"kind": kind, **rule}))

    def heal(self) -> None:
        """Switch all faults off."""
        with self.box.world.lock:
            self.box.faults.rules = []
            self.box.limits.reset()

    def options(self, **options: Any) -> None:
        """How the vendors behave where their pages leave a choice."""
        with self.box.world.lock:
            self.box.world.options = replace(self.box.world.options, **options)

    def answer(self, choice: str, kind: str) -> None:
        """A person answers every question of a kind."""
        items = [each for each in self.inbox() if each["kind"] == kind]
        assert items, f"nothing of the kind is asked: {printed(self.inbox())}"
        for each in items:
            ended = self.run("inbox", "resolve", str(each["id"]), "--choose", choice)
            assert ended.code == 0, ended.complaints

    # What became of it

    def once(self, code: int = 0) -> Record:
        """One run, which must end with this code; its report."""
        report: Record = self._end(self.run("run-once", "--json"), code).document
        return dict(report["connections"][0])

    def _end(self, ended: Ended, code: int) -> Ended:
        if ended.code != code:
            raise AssertionError(f"ended with {ended.code}: {ended.output} {ended.complaints}")
        return ended

    def inbox(self) -> list[Record]:
        """What waits for a person."""
        return list(self.run("inbox", "--json").document["items"])

    def photos(self) -> list[Record]:
        """All photos that AgentOS has, in its order."""
        with self.box.world.lock:
            return list(self.box.world.agency.shelves()["photos"].records())

    def told(self, *kinds: str) -> list[Any]:
        """What was sent of these kinds since the beginning."""
        return [each for each in self.effects() if each.kind in kinds]

    def assert_quiet(self) -> None:
        """Another run finds nothing to do, and writes nothing."""
        before = len(self.effects())
        report = self.once()
        assert report["applied"] == dict.fromkeys(report["applied"], 0), report
        assert (len(self.effects()), report["inbox"]) == (before, 0)

    def values(self) -> dict[str, Any]:
        """What stands in custom fields, by the object that has them."""
        with self.box.world.lock:
            found = self.box.world.agency.custom_values.records()
        return {str(each["Key"]).partition("/")[0]: each["Value"] for each in found}

    def act(self, visit: Record, change: Callable[..., Record], **given: Any) -> None:
        """An engineer does something with a visit."""
        world = self.box.world
        with world.lock:
            changed = change(world.visits.need(visit["_id"]), at=world.local_time(), **given)
            world.put_visit(changed)

    def set_job(self, visit: Record, status: str) -> None:
        """The agency gives the job of a visit another status."""
        world = self.box.world
        with world.lock:
            types = {each["Name"]: each for each in world.agency.status_types.records()}
            job = with_status(world, self.job_of(visit), types[status]["OID"])
            world.agency.jobs.put(job)

    def drop_field(self, name: str) -> None:
        """Staff delete a custom field."""
        with self.box.world.lock:
            fields = self.box.world.agency.custom_fields
            for each in fields.records():
                if each["FieldName"] == name:
                    fields.remove(each["ID"])

    def make_field(self, name: str, of: str) -> None:
        """Staff make a custom field."""
        kept = {"ID": f"made-{name}", "Of": of, "TabName": "General", "GroupName": "Integration"}
        with self.box.world.lock:
            self.box.world.agency.custom_fields.put({**kept, "FieldName": name})

    def use_lettings_field(self) -> None:
        """Have the lettings property's id taken from a custom field of the property."""
        self.config.write_text(self._text + 'lettings_property = "Lettings property"\n')

    def rows_as_text(self) -> dict[str, str]:
        """Every table of the store, with all its rows as one text."""
        with closing(sqlite3.connect(self.store)) as store:
            tables = store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            rows = {
                name: store.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608
                for (name,) in tables
            }
        return {name: repr(found) for name, found in rows.items()}

    def asked(self, part: str) -> int:
        """How many requests went to addresses with this in them."""
        return sum(1 for each in self.box.ledger.entries if part in each.path)

    def read_directory_again(self) -> None:
        """The time of the reference records is over."""
        with closing(sqlite3.connect(self.store)) as store, store:
            store.execute("DELETE FROM sweeps WHERE lane = 'directory'")

    def forget_budgets(self) -> None:
        """The pause after a 429 is over."""
        with closing(sqlite3.connect(self.store)) as store, store:
            store.execute("DELETE FROM budget_slots")
            store.execute("DELETE FROM budgets")
