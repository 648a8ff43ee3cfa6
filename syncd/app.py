"""Building everything from the settings, and running it. Nothing happens at import."""

import asyncio
import logging
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import TypeVar

from syncd import retention
from syncd.agentos.documents import Documents
from syncd.agentos.legacy import Legacy
from syncd.agentos.maintenance import Maintenance, agentos_auth
from syncd.agentos.names import Names
from syncd.agentos.property_management import PropertyManagement
from syncd.budget import KeyBudget
from syncd.contractor_portal.client import ContractorPortal, portal_auth
from syncd.contractor_portal.judging import PortalJudge
from syncd.contractor_portal.probing import TransformerProbe
from syncd.cycle.connected import (
    PORTAL_REQUESTS,
    PORTAL_SECONDS,
    Connected,
    Portal,
    portal_jobs,
    portal_key_id,
    visit_rules,
)
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
from syncd.settings import ConnectionSettings, Settings, renewed
from syncd.store import cycles, leases, schema
from syncd.store.budgets import key_id
from syncd.store.copies import WHY, doubt_copy
from syncd.store.database import Database
from syncd.store.holding import hold
from syncd.vendor_http import Auth, HttpClient, Patience, Tally, VendorHttp, new_http_client

logger = logging.getLogger(__name__)

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
        self._probes: dict[tuple[str, str], TransformerProbe] = {}
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
        portal = self._portal(connection, turn, patience)
        names = Names.from_wire(agentos.wire, path=f"connections[{connection.name}].agentos.wire")
        letsjobit_key = letsjobit_auth(letsjobit.api_key.get_secret_value(), letsjobit.api_key_in)
        visits = self._vendor_http(connection, Side.LETSJOBIT, letsjobit_key, turn, patience)
        if portal is not None and agentos.channel == "portal":
            jobs = portal.http
            client: Maintenance = portal_jobs(connection, portal)
        else:
            key = agentos_auth(agentos.api_key.get_secret_value(), agentos.api_key_in, names)
            jobs = self._vendor_http(connection, Side.AGENTOS, key, turn, patience)
            client = Maintenance(jobs, short_name=agentos.short_name, names=names)
        http = {Side.AGENTOS: jobs, Side.LETSJOBIT: visits}
        return Connected(
            settings=self.settings,
            connection=connection,
            rules=visit_rules(connection),
            agentos=client,
            letsjobit=LetsJobIt(http[Side.LETSJOBIT], path_id=letsjobit.path_id),
            documents=Documents(http[Side.AGENTOS], short_name=agentos.short_name),
            management=PropertyManagement(
                http[Side.AGENTOS], short_name=agentos.short_name, names=names
            ),
            legacy=Legacy(http[Side.AGENTOS], short_name=agentos.short_name),
            cjk_font=self._cjk_font,
            http=http,
            turn=turn,
            portal=portal,
        )

    def _portal(
        self, connection: ConnectionSettings, turn: Turn, patience: Patience | None
    ) -> Portal | None:
        """The contractor portal, where there is one, with its session as it is now."""
        settings = connection.contractor_portal
        if settings is None:
            return None
        auth = portal_auth(renewed(settings.session).get_secret_value(), settings.session_in)
        key = portal_key_id(settings)
        http = VendorHttp(
            side=Side.AGENTOS,
            http=self._http,
            base_url=settings.base_url,
            auth=auth,
            budget=self._budget(key, Side.AGENTOS, PORTAL_REQUESTS, PORTAL_SECONDS),
            turn=turn,
            patience=patience,
            sleep=self._rest,
            tally=self.tally,
            judge=PortalJudge(Side.AGENTOS, auth.secret),
        )
        client = ContractorPortal(
            http,
            short_name=connection.agentos.short_name,
            contractor_id=settings.contractor_id,
            transformer=settings.transformer,
            names=Names.from_wire(
                connection.agentos.wire, path=f"connections[{connection.name}].agentos.wire"
            ),
        )
        probe = self._probes.setdefault(
            (settings.base_url, settings.transformer), TransformerProbe(settings.transformer)
        )
        return Portal(
            client, probe, http, settings.contractor_id, follows_payments=settings.follow_payments
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
        key = key_id(side, auth.secret)
        return VendorHttp(
            side=side,
            http=self._http,
            base_url=vendor.base_url,
            auth=auth,
            budget=self._budget(key, side, limit.requests, limit.seconds),
            turn=turn,
            patience=patience,
            sleep=self._rest,
            tally=self.tally,
        )

    def _budget(self, key: str, side: Side, requests: int, seconds: float) -> KeyBudget:
        """The one budget of a key in this process.

        Several budgets of one key, after a change of its limit, share its rows in the store.
        """
        of_key = key, requests, seconds
        if of_key not in self._budgets:
            self._budgets[of_key] = KeyBudget(
                self.database, side=side, key_id=key, limit=requests, window_seconds=seconds
            )
            if self.is_stopping:
                self._budgets[of_key].stop()
        return self._budgets[of_key]

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
        for name in database.run_now(doubt_copy, now=utc_now()):
            logger.warning("%s: %s", name, WHY)
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
    """Why this version cannot work with a connection's channel; None where it can.

    What needs a key of the agency is not done beside a job side that does without one.
    """
    channel = connection.agentos.channel
    if channel == "v4":
        return None
    uses = {
        "create_jobs.enabled": connection.create_jobs.enabled and channel == "portal",
        "leads.enabled": connection.leads.enabled,
        "media.photo_fields": bool(connection.media.photo_fields),
        "custom_field.name": bool(connection.custom_field.name),
    }
    used = next((setting for setting, is_used in uses.items() if is_used), None)
    if used is None:
        return None
    return Problem(
        f"connections[{connection.name}].{used}",
        f'this version cannot do it with agentos.channel = "{channel}"',
        "take it out, or have the agency give out a V4 key and take the channel out",
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
