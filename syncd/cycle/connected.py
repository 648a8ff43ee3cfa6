"""One connection in the hands of one process: its settings as values, and both vendors' clients."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from syncd.agentos.documents import Documents
from syncd.agentos.maintenance import Maintenance
from syncd.letsjobit.client import LetsJobIt
from syncd.model import DriverRule as RuleOfDrivers
from syncd.model import Json, Side, Turn, VisitRules
from syncd.observe.visits import VisitReader
from syncd.settings import ConnectionSettings, ExtraField, Settings
from syncd.translate.identity import doc_no_prefix
from syncd.translate.new_visits import amount_field
from syncd.vendor_http import VendorHttp


@dataclass(frozen=True)
class Connected:
    """Everything that a cycle of one connection works with."""

    settings: Settings
    connection: ConnectionSettings
    rules: VisitRules
    agentos: Maintenance
    letsjobit: LetsJobIt
    documents: Documents
    cjk_font: Path | None
    http: dict[Side, VendorHttp]
    turn: Turn

    @property
    def name(self) -> str:
        """The connection's name."""
        return self.connection.name

    @property
    def zone(self) -> ZoneInfo:
        """The agency's time zone."""
        return self.connection.agentos.timezone

    @property
    def reader(self) -> VisitReader:
        """How this connection's raw visits are read."""
        path_id = self.connection.letsjobit.path_id
        return VisitReader(path_id, self.connection.agentos.short_name, self.zone)

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
        """The literal prefix of our numbers, by which LetsJobIt can narrow its lists."""
        return doc_no_prefix(self.connection.visit.doc_no) or None


def visit_rules(connection: ConnectionSettings) -> VisitRules:
    """The settings that shape a visit, as values, with the invoice's amount field among them."""
    visit, letsjobit = connection.visit, connection.letsjobit
    fields = [_field(each) for each in visit.fields]
    amount = connection.invoice.amount_field
    if connection.invoice.enabled and amount not in {each["name"] for each in fields}:
        fields.append(amount_field(amount))
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
