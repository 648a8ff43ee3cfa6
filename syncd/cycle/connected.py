"""One connection in the hands of one process: its settings as values, and both vendors' clients."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from syncd.agentos.documents import Documents
from syncd.agentos.legacy import Legacy
from syncd.agentos.maintenance import Maintenance
from syncd.agentos.property_management import PropertyManagement
from syncd.contractor_portal.client import ContractorPortal
from syncd.contractor_portal.job_side import PortalJobs, PortalWords
from syncd.contractor_portal.probing import TransformerProbe
from syncd.letsjobit.client import LetsJobIt
from syncd.model import DriverRule as RuleOfDrivers
from syncd.model import Json, Side, Turn, VisitRules
from syncd.observe.visits import VisitReader
from syncd.settings import ConnectionSettings, ExtraField, PortalSettings, Settings
from syncd.store.budgets import key_id
from syncd.translate.identity import doc_no_prefix
from syncd.translate.new_visits import amount_field, lead_field
from syncd.vendor_http import VendorHttp

PORTAL_REQUESTS, PORTAL_SECONDS = 30, 60.0
"""What the contractor portal is asked at most in any window of that many seconds. No limit of it
is documented, and behind it stands AgentOS, which has one."""


@dataclass(frozen=True)
class Portal:
    """The contractor portal of a connection: its client, and what is asked of it."""

    client: ContractorPortal
    probe: TransformerProbe
    http: VendorHttp
    contractor_id: str
    follows_payments: bool


@dataclass(frozen=True)
class Connected:
    """Everything that a cycle of one connection works with."""

    settings: Settings
    connection: ConnectionSettings
    rules: VisitRules
    agentos: Maintenance
    letsjobit: LetsJobIt
    documents: Documents
    management: PropertyManagement
    legacy: Legacy
    cjk_font: Path | None
    http: dict[Side, VendorHttp]
    turn: Turn
    portal: Portal | None = None

    @property
    def name(self) -> str:
        """The connection's name."""
        return self.connection.name

    @property
    def zone(self) -> ZoneInfo:
        """The agency's time zone."""
        return self.connection.agentos.timezone

    @property
    def requests_sent(self) -> int:
        """All requests of this turn, whoever was asked."""
        beside = {self.portal.http} if self.portal is not None else set()
        return sum(each.requests_sent for each in beside.union(self.http.values()))

    @property
    def reader(self) -> VisitReader:
        """How this connection's raw visits are read."""
        path_id, created = self.connection.letsjobit.path_id, self.connection.create_jobs
        only = created.only if created.enabled else None
        return VisitReader(path_id, self.connection.agentos.short_name, self.zone, only)

    @property
    def contractors_beside(self) -> frozenset[str]:
        """Whose jobs are another connection's business: same agency, same account."""
        return frozenset(
            contractor
            for other in self.settings.connections
            if other.name != self.name
            and other.enabled
            and other.agentos.short_name.casefold() == self.connection.agentos.short_name.casefold()
            and other.letsjobit.company_id == self.connection.letsjobit.company_id
            for contractor in other.agentos.contractors
        ) - frozenset(self.connection.agentos.contractors)

    @property
    def doc_no_filter(self) -> str | None:
        """The literal prefix of our numbers, by which LetsJobIt can narrow its lists; None where
        visits with any number are of interest."""
        if self.connection.create_jobs.enabled:
            return None
        return doc_no_prefix(self.connection.visit.doc_no) or None


def portal_key_id(settings: PortalSettings) -> str:
    """The name of the budget of a contractor at a portal: a session is renewed, the limit stays."""
    return key_id(Side.AGENTOS, f"{settings.base_url} {settings.contractor_id}")


def budget_key(connection: ConnectionSettings, side: Side) -> str:
    """The name of the budget that requests to one side of a connection come out of."""
    portal = connection.contractor_portal
    if portal is not None and _is_portal(connection, side):
        return portal_key_id(portal)
    vendor = connection.agentos if side is Side.AGENTOS else connection.letsjobit
    return key_id(side, vendor.api_key.get_secret_value())


def budget_keys(connection: ConnectionSettings) -> dict[str, str]:
    """The names of all budgets of a connection: by side, and the portal's that is read beside."""
    keys = {side.value: budget_key(connection, side) for side in Side}
    portal = connection.contractor_portal
    if portal is None or _is_portal(connection, Side.AGENTOS):
        return keys
    return {**keys, "contractor_portal": portal_key_id(portal)}


def requests_a_minute(connection: ConnectionSettings, side: Side) -> float:
    """How many requests that budget allows in a minute."""
    if _is_portal(connection, side):
        return PORTAL_REQUESTS * 60 / PORTAL_SECONDS
    vendor = connection.agentos if side is Side.AGENTOS else connection.letsjobit
    return vendor.rate_limit.requests * 60 / vendor.rate_limit.seconds


def _is_portal(connection: ConnectionSettings, side: Side) -> bool:
    return side is Side.AGENTOS and connection.agentos.channel == "portal"


def portal_jobs(connection: ConnectionSettings, portal: Portal) -> PortalJobs:
    """The job side of a connection whose channel is the contractor portal."""
    agentos = connection.agentos
    words = PortalWords(
        visit_when=folded(agentos.statuses.visit_when),
        completed=agentos.statuses.completed.strip().casefold(),
        cancelled=folded(agentos.statuses.cancelled),
    )
    return PortalJobs(
        portal.client,
        portal.probe,
        contractor_id=portal.contractor_id,
        short_name=agentos.short_name,
        words=words,
    )


def folded(words: Iterable[str]) -> frozenset[str]:
    """The portal's own words, as the identities that its statuses have here."""
    return frozenset(each.strip().casefold() for each in words)


def visit_rules(connection: ConnectionSettings) -> VisitRules:
    """The settings that shape a visit, as values, with the invoice's amount field among them."""
    visit, letsjobit = connection.visit, connection.letsjobit
    fields = [_field(each) for each in visit.fields]
    amount = connection.invoice.amount_field
    if connection.invoice.enabled and amount not in {each["name"] for each in fields}:
        fields.append(amount_field(amount))
    lead = connection.leads.field
    if connection.leads.enabled and lead not in {each["name"] for each in fields}:
        fields.append(lead_field(lead))
    return VisitRules(
        connection=connection.name,
        short_name=connection.agentos.short_name,
        company_id=letsjobit.company_id,
        default_driver=letsjobit.default_driver,
        doc_no=visit.doc_no,
        doc_type=visit.doc_type,
        duration_seconds=int(visit.duration.total_seconds()),
        due_days={str(name): days for name, days in visit.due_days.items()},
        skills=visit.skills,
        drivers=tuple(RuleOfDrivers(*each.condition, each.driver) for each in visit.drivers),
        fields=tuple(fields),
        extra=visit.extra,
        timezone=connection.agentos.timezone.key,
    )


def _field(field: ExtraField) -> dict[str, Json]:
    """An extraData element as LetsJobIt words it (API v2, Add visits), what is unset left out."""
    words: dict[str, Json] = {
        "required": "required" if field.required else None,
        "readonly": "readonly" if field.readonly else None,
        "options_values": " | ".join(field.options_values) or None,
    }
    said = {**field.model_dump(mode="json"), **words}
    return {name: value for name, value in said.items() if value is not None and value != ""}
