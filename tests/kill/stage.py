"""The stage of every kill: a sandbox, one office with its store, and visits that were just closed.

What happened once (the first run, the closing) is kept as a copy of the store and of the sandbox's
world, and every case begins from it.
"""

import base64
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from PIL import Image, ImageDraw
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from syncd.sandbox import RunningSandbox, limits_from, seeded_world, visits
from syncd.sandbox.ledger import Effect
from syncd.sandbox.settings_text import config_text
from tests.kill.nursery import Ended, Nursery

Record = dict[str, Any]

PLENTY = "rate_limit = { requests = 100000, seconds = 0.1 }"
"""A budget that never waits."""
ANYTHING_ELSE = "# rate_limit: the vendor's own"


@dataclass(frozen=True)
class Scene:
    """What a story begins with: how many visits were closed, and what AgentOS shows of its own."""

    closures: int
    with_lists: bool = True
    """Jobs list their documents and invoices; without, nothing can be read back."""

    @property
    def title(self) -> str:
        """For a table's head."""
        what = "1 closure" if self.closures == 1 else f"{self.closures} closures"
        return what if self.with_lists else f"{what}, no lists"


class Watched:
    """A vendor's application that says when a request has had its effect."""

    def __init__(self, inner: Starlette, on_effect: Callable[[], None]) -> None:
        self._inner = inner
        self._on_effect = on_effect
        self.routes = inner.routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry the request out; its answer leaves after `on_effect` has returned."""
        await self._inner(scope, receive, send)
        self._on_effect()


class Stage:
    """One sandbox and one store, set to the beginning of a scene as often as wanted."""

    def __init__(self, store_url: str | None = None, nursery: Nursery | None = None) -> None:
        self._shared = nursery
        self.directory = Path(tempfile.mkdtemp(prefix="syncd-kill-"))
        self.store = self.directory / "syncd.db"
        self.store_url = store_url or f"sqlite:///{self.store}"
        self._scenes: dict[Scene, tuple[Path, Record]] = {}
        self._on_effect: Callable[[], None] = lambda: None
        limits = limits_from((0, 60.0), (0, 10.0))
        self.box = RunningSandbox(seeded_world(7), limits=limits)
        vendors = self.box.app.vendors
        for name, inner in list(vendors.items()):
            vendors[name] = Watched(inner, self._had_effect)  # type: ignore[assignment]

    def __enter__(self) -> Self:
        self.box.start()
        self.nursery = self._shared or Nursery(self.directory)
        self.config = self.directory / "syncd.toml"
        text = config_text(self.box.url, self.box.world, self.box.limits.by_vendor)
        text = text.replace(ANYTHING_ELSE, PLENTY)
        self.config.write_text(text.replace("sqlite:///syncd-sandbox.db", self.store_url))
        self._beginning = self.box.world.snapshot()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shared is None:
            self.nursery.close()
        self.box.stop()
        shutil.rmtree(self.directory)

    def _had_effect(self) -> None:
        self._on_effect()

    def on_effect(self, act: Callable[[], None]) -> None:
        """From now on `act` is called between each request's effect and its answer."""
        self._on_effect = act

    # The scene

    def set(self, scene: Scene) -> None:
        """Everything as it was when the visits had just been closed."""
        self.on_effect(lambda: None)
        if scene not in self._scenes:
            self._scenes[scene] = self._prepare(scene)
        store, world = self._scenes[scene]
        self.lose_store()
        shutil.copyfile(store, self.store)
        with self.box.world.lock:
            self.box.world.restore(world)
            self.box.ledger.clear()

    def begin(self, scene: Scene) -> None:
        """The scene from nothing: a first run on an empty store, and then visits are closed."""
        self._begin(scene)
        ended = self.run("run-once", "--json")
        if ended.code != 0:
            raise AssertionError(
                f"the first run ended with {ended.code}: {ended.output[-500:]} {ended.complaints}"
            )
        self.close_visits(scene.closures)
        self.box.ledger.clear()

    def _prepare(self, scene: Scene) -> tuple[Path, Record]:
        self.lose_store()
        self.begin(scene)
        kept = self.directory / f"store-{len(self._scenes)}.db"
        with closing(sqlite3.connect(self.store)) as source, closing(sqlite3.connect(kept)) as copy:
            source.backup(copy)
        return kept, self.box.world.snapshot()

    def _begin(self, scene: Scene) -> None:
        world = self.box.world
        with world.lock:
            world.restore(self._beginning)
            world.options = replace(
                world.options,
                jobs_carry_documents=scene.with_lists,
                jobs_carry_invoices=scene.with_lists,
            )
            if not scene.with_lists:
                world.agency.keys = {
                    key: tiers - {"documents"} for key, tiers in world.agency.keys.items()
                }

    def close_visits(self, count: int) -> None:
        """Engineers close the first visits of ours, each with a signature and an amount."""
        world = self.box.world
        with world.lock:
            for number, visit in enumerate(self.our_visits()[:count]):
                given = {
                    "values": {"invoice_total": f"{80 + number}.50"},
                    "signeeName": "Ana Example",
                    "signature": signature(number),
                }
                world.put_visit(visits.closed(visit, given, at=world.local_time()))

    def our_visits(self) -> list[Record]:
        """Visits of jobs, by their number."""
        world = self.box.world
        numbers = {each["GlobalReference"] for each in world.agency.jobs.records()}
        found = [each for each in world.visits.records() if each["docNo"] in numbers]
        return sorted(found, key=lambda visit: str(visit["docNo"]))

    def closed_visits(self) -> list[Record]:
        """Those of them that engineers closed."""
        return [each for each in self.our_visits() if each["closed"]]

    def job_of(self, visit: Record) -> Record:
        """The job that a visit is for."""
        (found,) = (
            each
            for each in self.box.world.agency.jobs.records()
            if each["GlobalReference"] == visit["docNo"]
        )
        return found

    # The office

    def run(self, *arguments: str, **environ: str) -> Ended:
        """Run one command to its end."""
        return self.nursery.run(*arguments, "--config", str(self.config), **environ)

    def lose_store(self) -> None:
        """Delete the database with all that belongs to it."""
        for path in self.directory.glob(f"{self.store.name}*"):
            path.unlink()

    # What the vendors saw

    def effects(self, since: int = 0) -> list[Effect]:
        """Changes that came in through the vendors' APIs since the beginning of the scene."""
        return self.box.ledger.effects[since:]

    def requests(self) -> list[str]:
        """Every vendor request since the beginning of the scene, as method and route."""
        return [f"{each.method} {_short(each.route)}" for each in self.box.ledger.entries]


def _short(route: str) -> str:
    for prefix in ("/v4/maintenance/{shortName}", "/api/v2"):
        route = route.removeprefix(prefix)
    return route.replace("/{offset}/{count}", "/…")


def signature(number: int) -> str:
    """What a finger left on a phone, as LetsJobIt holds it."""
    picture = Image.new("RGB", (240, 90), "white")
    pen = ImageDraw.Draw(picture)
    pen.line(((20, 70), (60 + number, 20), (120, 65), (200, 30 + number)), fill="black", width=3)
    target = BytesIO()
    picture.save(target, "PNG")
    return base64.b64encode(target.getvalue()).decode()


def printed(value: object) -> str:
    """A value on one line, for a message."""
    return json.dumps(value, default=str)
