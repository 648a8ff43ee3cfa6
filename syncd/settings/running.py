"""Settings of the whole process: store, admin endpoint, schedule, guards, notifications,
retention."""

from datetime import time, timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo

from syncd.settings.mistakes import Mistake
from syncd.settings.table import (
    Count,
    Key,
    Listen,
    LongDuration,
    Money,
    Percentage,
    Secret,
    Table,
    TimeOfDay,
    directory_of,
)
from syncd.settings.texts import ListenAddress, parse_web_address

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgresql+psycopg://")


def _store_url(secret: SecretStr, info: ValidationInfo) -> SecretStr:
    """The address with a SQLite path made absolute against the directory of the configuration
    file."""
    url = secret.get_secret_value()
    if url.startswith(_POSTGRES) and len(url.partition("://")[2]) > 1:
        return secret
    path = url.removeprefix(_SQLITE)
    if path == url or path in ("", ":memory:"):
        raise Mistake(
            "is neither a SQLite file nor a Postgres address",
            'write "sqlite:///syncd.db" or "postgresql://user:password@host/database"',
        )
    return SecretStr(f"{_SQLITE}{directory_of(info) / path}")


def _target(secret: SecretStr) -> SecretStr:
    scheme, colon, rest = secret.get_secret_value().partition("://")
    if not (scheme and colon and rest):
        raise Mistake("is not an address to notify", "write for example mailto://… or slack://…")
    return secret


def _beacon(secret: SecretStr) -> SecretStr:
    url = secret.get_secret_value()
    if url:
        parse_web_address(url.partition("?")[0])
    return secret


class StoreSettings(Table):
    """Where syncd remembers what it did."""

    url: Annotated[Secret, AfterValidator(_store_url), Field(validate_default=True)] = SecretStr(
        "sqlite:///syncd.db"
    )
    """Address of the database. `sqlite:///FILE` is relative to the configuration file (four
    slashes: absolute); `postgresql://user:password@host/database` needs the postgres extra. The
    default needs no database server, which one machine with one process never misses."""

    @property
    def is_sqlite(self) -> bool:
        """Whether the store is one file of this machine."""
        return self.url.get_secret_value().startswith(_SQLITE)


class AdminSettings(Table):
    """The pages and the programs' interface for the person who runs syncd."""

    listen: Listen = ListenAddress("127.0.0.1", 8321)
    """Host and port of the admin endpoint; "" turns it off. By default only this machine
    reaches it, so that nothing is open before somebody chose a token."""
    token: Key = SecretStr("")
    """What a program or a person must show to be let in. Required unless `listen` is this machine
    alone; empty there, because whoever is on the machine can read the store anyway."""


class ScheduleSettings(Table):
    """How often each lane runs; a second at least. After a failure a lane waits longer, up to five
    intervals and never more than five minutes."""

    closures: LongDuration = timedelta(minutes=1)
    """Time between two looks at closed visits that wait for acknowledgement and at visits under
    way. Short: the engineer's app shows the answer, and these requests go to LetsJobIt, which
    allows many."""
    jobs: LongDuration = timedelta(minutes=5)
    """Time between two sweeps of the AgentOS jobs. Each costs one of 50 requests a minute per
    branch and 1000 jobs; five minutes leave room for several branches and for the writes."""
    visits: LongDuration = timedelta(minutes=15)
    """Time between two sweeps of all open visits; what dispatchers move is seen after this
    time. They seldom move a visit by minutes."""
    directory: LongDuration = timedelta(hours=12)
    """Time for which branches, contractors, status types and properties are taken as known.
    They change seldom, and what is unknown is fetched at once anyway."""
    statements: LongDuration = timedelta(hours=24)
    """Time between two readings of the contractor portal's statements; also read whenever an
    invoice is in doubt. Payments are booked by the day."""


class GuardSettings(Table):
    """Limits above which a person is asked first; everything else goes on meanwhile."""

    max_withdrawals: Percentage = Decimal("0.2")
    """Largest share of the linked open visits that one cycle withdraws unasked; five are always
    allowed. An agency that closes a fifth of its jobs within minutes has more likely changed
    its setup."""
    max_new_visits: Count = 500
    """Largest number of visits that one cycle creates unasked. More than a first day of a large
    contractor, less than a mistaken status name brings."""
    max_invoice_total: Money = Decimal("5000.00")
    """Largest sum in pounds of all invoices that one cycle submits unasked. About a busy day; a
    misplaced decimal point is above it."""


class NotificationSettings(Table):
    """Who is told when something waits for a person."""

    targets: tuple[Annotated[Secret, AfterValidator(_target)], ...] = ()
    """Apprise addresses (mailto://…, slack://…, msteams://…, json://…) that get every notification.
    Empty: nobody, until somebody is named. They hold passwords and are never shown."""
    inbox_older_than: LongDuration = timedelta(hours=4)
    """Age at which an open inbox item is told about. Half a working day: most are decided
    before."""
    emergency_not_started_after: LongDuration = timedelta(hours=2)
    """Time after which an Emergency job without a started visit is told about again; it is told
    about when it arrives, too. Two hours still leave the day to react."""
    digest: TimeOfDay = time(7, 30)
    """Time of day (hours and minutes, in the time zone of the first connection) of the daily
    summary; "" sends none. Before the office opens."""
    dead_man_url: Annotated[Secret, AfterValidator(_beacon)] = SecretStr("")
    """Web address fetched after every healthy cycle, so that a watcher outside notices silence.
    Empty: none. Such addresses hold a token and are never shown."""


class RetentionSettings(Table):
    """How long syncd keeps what it read and did."""

    personal_data: LongDuration = timedelta(days=180)
    """Time after which signatures, names, phone numbers and access texts of finished work are
    dropped; hashes stay, so nothing is sent twice. Half a year outlasts most disputes about a
    visit."""
    journal: LongDuration = timedelta(days=3 * 365)
    """Time for which the journal of changes is kept. Three years let an accountant ask about last
    year's invoices."""
