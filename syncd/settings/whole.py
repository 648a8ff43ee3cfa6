"""The whole configuration, as the tables of the file have it."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from syncd.errors import SyncdError
from syncd.settings.features import (
    CreateJobsSettings,
    CustomFieldSettings,
    LeadSettings,
    MediaSettings,
)
from syncd.settings.paperwork import ContractorSettings, DocumentSettings, InvoiceSettings
from syncd.settings.running import (
    AdminSettings,
    GuardSettings,
    NotificationSettings,
    RetentionSettings,
    ScheduleSettings,
    StoreSettings,
)
from syncd.settings.table import Day, Switch, Table, sample, table
from syncd.settings.texts import parse_connection_name
from syncd.settings.vendors import AgentosSettings, LetsjobitSettings, PortalSettings
from syncd.settings.visits import FieldSettings, VisitSettings


class ConnectionSettings(Table):
    """One agency's AgentOS account and one contractor's LetsJobIt account, kept in agreement."""

    @model_validator(mode="before")
    @classmethod
    def _legacy_creates_by_legacy(cls, value: object) -> object:
        """Where the job side is V3, jobs are created by V3 unless something else is written."""
        if not isinstance(value, dict):
            return value
        agentos, created = value.get("agentos"), value.get("create_jobs", {})
        is_legacy = isinstance(agentos, dict) and agentos.get("channel") == "v3"
        if is_legacy and isinstance(created, dict):
            return {**value, "create_jobs": {"channel": "v3", **created}}
        return value

    name: Annotated[str, AfterValidator(parse_connection_name)] = sample("northgate")
    """Name in commands, logs and links; small letters, digits and hyphens. Links hang on it:
    keep it."""
    enabled: Switch = True
    """Whether the connection works at all."""
    go_live: Day = None
    """Day from which on closures are delivered unasked; earlier ones of visits that syncd did
    not make are one question to a person. "": the day of the first cycle. Visits from the field
    become jobs from this day on, where it is past; "": earlier ones are one question."""
    agentos: AgentosSettings = table()
    """The letting agency's side."""
    letsjobit: LetsjobitSettings = table()
    """The contractor's side."""
    visit: VisitSettings = table()
    """What every new visit carries."""
    fields: FieldSettings = table()
    """Who owns which field."""
    documents: DocumentSettings = table()
    """What is attached to the job."""
    invoice: InvoiceSettings = table()
    """What is invoiced."""
    contractor: ContractorSettings = table()
    """What is printed."""
    create_jobs: CreateJobsSettings = table()
    """Jobs from the field."""
    leads: LeadSettings = table()
    """Leads from the field."""
    media: MediaSettings = table()
    """Photos from the field."""
    custom_field: CustomFieldSettings = table()
    """A field in AgentOS that shows the visit."""
    contractor_portal: PortalSettings | None = None
    """The contractor portal; left out: there is none."""

    @model_validator(mode="after")
    def _as_the_portal_has_it(self) -> "ConnectionSettings":
        """Where the portal is the job side, its contractor's jobs are meant, of all branches."""
        portal, agentos = self.contractor_portal, self.agentos
        if agentos.channel != "portal" or portal is None:
            return self
        whose = {"contractors": (portal.contractor_id,), "branches": ()}
        return self.model_copy(update={"agentos": agentos.model_copy(update=whose)})


class Settings(Table):
    """The whole configuration; `load_settings` makes it, nothing changes it."""

    store: StoreSettings = table()
    """Where syncd remembers."""
    admin: AdminSettings = table()
    """Pages for the person who runs it."""
    schedule: ScheduleSettings = table()
    """How often each lane runs."""
    guards: GuardSettings = table()
    """What a person is asked about first."""
    notifications: NotificationSettings = table()
    """Who is told."""
    retention: RetentionSettings = table()
    """How long it remembers."""
    connections: Annotated[tuple[ConnectionSettings, ...], Field(min_length=1)]
    """The accounts that are kept in agreement, one at least."""
    _directory: Path = PrivateAttr(default_factory=Path)

    @property
    def directory(self) -> Path:
        """The directory of the configuration file; relative paths in it are already resolved."""
        return self._directory

    def model_post_init(self, context: Any, /) -> None:
        """Remembers the directory that the file was read from."""
        if context:
            self._directory = context["directory"]

    def connection(self, name: str) -> ConnectionSettings | None:
        """The connection of that name, None where there is none."""
        return next((each for each in self.connections if each.name == name), None)

    def connection_asked_for(self, name: str) -> ConnectionSettings:
        """The connection that somebody named; SyncdError listing those there are."""
        found = self.connection(name)
        if found is None:
            known = ", ".join(each.name for each in self.connections)
            raise SyncdError(
                "unknown_connection", f"there is no connection {name!r}", f"one of: {known}"
            )
        return found
