"""Building everything from the settings, and running it. Nothing happens at import."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import TypeVar

from syncd import retention
from syncd.agentos.documents import Documents
from syncd.agentos.maintenance import Maintenance, agentos_auth
from syncd.agentos.names import Names
from syncd.budget import KeyBudget
from syncd.cycle.connected import Connected, visit_rules
from syncd.cycle.report import (
    CycleReport,
    PlanReport,
    RunReport,
    unable_cycle,
    unable_plan,
)
from syncd.cycle.running import plan_cycle, rebuild_links, run_cycle
from syncd.errors import ConfigError, LeaseLost, Problem, StoreHeld, SyncdError
from syncd.evidence.fonts import usual_cjk_font
from syncd.letsjobit.client import LetsJobIt, letsjobit_auth
from syncd.model import Side, Turn
from syncd.settings import ConnectionSettings, Settings
from syncd.store import cycles, leases, schema
from syncd.store.budgets import key_id
from syncd.store.database import Database
from syncd.store.holding import hold
from syncd.vendor_http import Auth, HttpClient, Patience, Tally, VendorHttp, new_http_client

T = TypeVar("T")


def utc_now() -> datetime:
    """The time now, aware in UTC."""
    return datetime.now(UTC)


class App:
    """One process's store, HTTP client and budgets; made by `open_app`."""

    def __init__(self, settings: Settings, database: Database, http: HttpClient) -> None:
        self.settings = settings
        self.database = database
        self.owner = leases.new_owner()
        self.tally = Tally()
        self._http = http
        self._cjk_font = usual_cjk_font()
        self._budgets: dict[tuple[str, int, float], KeyBudget] = {}
        self._stopping = asyncio.Event()

    @property
    def is_stopping(self) -> bool:
        """Whether the process is on its way out, and begins nothing more."""
        return self._stopping.is_set()

    def adopt(self, settings: Settings) -> None:
        """Work by other settings from the next turn on; the store stays the one that is open."""
        self.settings = settings

    def stop(self) -> None:
        """Send nothing more: requests under way come to their end, and whoever wants to send
        another is told that it is too late."""
        self._stopping.set()
        for budget in self._budgets.values():
            budget.stop()

    async def _rest(self, seconds: float) -> None:
        """Sleep, but no longer than until the end of the process."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    def connected(
        self, connection: ConnectionSettings, turn: Turn, *, patience: Patience | None = None
    ) -> Connected:
        """One connection with both vendors' clients, for one turn."""
        agentos, letsjobit = connection.agentos, connection.letsjobit
        names = Names.from_wire(agentos.wire, path=f"connections[{connection.name}].agentos.wire")
        agentos_key = agentos_auth(agentos.api_key.get_secret_value(), agentos.api_key_in, names)
        letsjobit_key = letsjobit_auth(letsjobit.api_key.get_secret_value(), letsjobit.api_key_in)
        http = {
            side: self._vendor_http(connection, side, key, turn, patience)
            for side, key in ((Side.AGENTOS, agentos_key), (Side.LETSJOBIT, letsjobit_key))
        }
        return Connected(
            settings=self.settings,
            connection=connection,
            rules=visit_rules(connection),
            agentos=Maintenance(http[Side.AGENTOS], short_name=agentos.short_name, names=names),
            letsjobit=LetsJobIt(http[Side.LETSJOBIT], path_id=letsjobit.path_id),
            documents=Documents(http[Side.AGENTOS], short_name=agentos.short_name),
            cjk_font=self._cjk_font,
            http=http,
            turn=turn,
        )

    def _vendor_http(
        self,
        connection: ConnectionSettings,
        side: Side,
        auth: Auth,
        turn: Turn,
        patience: Patience | None,
    ) -> VendorHttp:
        vendor = connection.agentos if side is Side.AGENTOS else connection.letsjobit
        limit = vendor.rate_limit
        # Several budgets of one key, after a change of its limit, share its rows in the store.
        key = key_id(side, auth.secret), limit.requests, limit.seconds
        if key not in self._budgets:
            self._budgets[key] = KeyBudget(
                self.database,
                side=side,
                key_id=key[0],
                limit=limit.requests,
                window_seconds=limit.seconds,
            )
            if self.is_stopping:
                self._budgets[key].stop()
        return VendorHttp(
            side=side,
            http=self._http,
            base_url=vendor.base_url,
            auth=auth,
            budget=self._budgets[key],
            turn=turn,
            patience=patience,
            sleep=self._rest,
            tally=self.tally,
        )

    async def close(self) -> None:
        """Write down what became of the last permits."""
        for budget in self._budgets.values():
            await budget.close()


@asynccontextmanager
async def open_app(settings: Settings) -> AsyncIterator[App]:
    """The store, upgraded where it may be, and everything that works on it; closed at the end."""
    database = Database(settings.store.url.get_secret_value(), relative_to=settings.directory)
    try:
        schema.prepare(database)
        async with new_http_client() as http:
            app = App(settings, database, http)
            try:
                yield app
            finally:
                await app.close()
    finally:
        database.close()


def asked_connections(settings: Settings, name: str | None) -> Sequence[ConnectionSettings]:
    """The enabled connections, or the one that was asked for.

    SyncdError for an unknown name, ConfigError for a channel that this version cannot work with.
    """
    asked = _named(settings, name)
    if problems := [each for each in map(channel_problem, asked) if each is not None]:
        raise ConfigError(problems)
    return asked


def _named(settings: Settings, name: str | None) -> Sequence[ConnectionSettings]:
    if name is None:
        return [each for each in settings.connections if each.enabled]
    return [settings.connection_asked_for(name)]


def channel_problem(connection: ConnectionSettings) -> Problem | None:
    """Why this version cannot work with a connection's channel; None where it can."""
    channel = connection.agentos.channel
    if channel == "v4":
        return None
    return Problem(
        f"connections[{connection.name}].agentos.channel",
        f'this version cannot work with "{channel}" yet',
        'write channel = "v4" with a V4 key of the agency, or enabled = false for this connection',
    )


async def run_once(
    app: App, *, name: str | None, deadline_seconds: float | None, command: str = "syncd run-once"
) -> RunReport:
    """One full cycle of every asked connection that is not paused (interface: `run-once`).

    StoreHeld when another syncd has the store, or all of the asked connections. One that is held,
    or whose lease is lost on the way, is reported as incomplete.
    """
    started = utc_now()
    reports = await _each(
        app,
        name,
        command,
        deadline_seconds,
        lambda connected: run_cycle(connected, app.database, utc_now),
        unable_cycle,
    )
    await _tend(app, command)
    return RunReport(started, utc_now(), tuple(reports))


async def _tend(app: App, command: str) -> None:
    """Drop old data, where a day has passed; another syncd that has the store by now does it."""
    with suppress(StoreHeld), hold(app.database, leases.holder_text(command)):
        await retention.tend(app.database, app.settings.retention, owner=app.owner, clock=utc_now)


async def plan(app: App, *, name: str | None) -> Sequence[PlanReport]:
    """What run-once would do for every asked connection (interface: `plan`)."""
    return await _each(
        app,
        name,
        "syncd plan",
        None,
        lambda connected: plan_cycle(connected, app.database, utc_now),
        unable_plan,
    )


async def rebuild(app: App, *, name: str | None) -> Sequence[CycleReport]:
    """The links of every asked connection from the two vendors alone (interface: `rebuild`)."""
    return await _each(
        app,
        name,
        "syncd rebuild",
        None,
        lambda connected: rebuild_links(connected, app.database, utc_now),
        unable_cycle,
    )


async def _each(
    app: App,
    name: str | None,
    command: str,
    deadline_seconds: float | None,
    work: Callable[[Connected], Awaitable[T]],
    unable: Callable[[str, SyncdError], T],
) -> list[T]:
    """Do `work` for the asked connections side by side, each under its lease.

    Nothing is raised before all of them have ended: the store is held until then.
    """
    wait = math.inf if deadline_seconds is None else deadline_seconds
    deadline = time.monotonic() + wait
    holder = leases.holder_text(command)
    asked = asked_connections(app.settings, name)

    async def one(connection: ConnectionSettings) -> T:
        async with leases.keep_lease(
            app.database, connection.name, owner=app.owner, holder=holder
        ) as epoch:
            if epoch is None:
                other = await app.database.read(leases.holder_of, connection.name)
                raise StoreHeld(other or "another process", what=f"connection {connection.name}")
            turn = Turn(connection.name, epoch, deadline)
            return await work(app.connected(connection, turn))

    with hold(app.database, holder):
        unpaused = [each for each in asked if not await _is_paused(app, each.name)]
        ended = await asyncio.gather(*(one(each) for each in unpaused), return_exceptions=True)
    held = [each for each in ended if isinstance(each, StoreHeld)]
    if held and len(held) == len(ended):
        raise held[0]
    names = [each.name for each in unpaused]
    return [_told(name, outcome, unable) for name, outcome in zip(names, ended, strict=True)]


def _told(name: str, outcome: T | BaseException, unable: Callable[[str, SyncdError], T]) -> T:
    """A connection that another process took is reported; everything else that failed is raised."""
    if isinstance(outcome, StoreHeld | LeaseLost):
        return unable(name, outcome)
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


async def _is_paused(app: App, name: str) -> bool:
    row = await app.database.read(cycles.connection_row, name)
    return row is not None and row.paused_at is not None
