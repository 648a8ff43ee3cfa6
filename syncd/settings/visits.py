"""Settings of the visits that syncd makes: what each carries, and who owns which field."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from syncd.model import Field as WorksOrderField
from syncd.model import Owner
from syncd.settings.mistakes import Mistake
from syncd.settings.quantities import parse_number
from syncd.settings.table import (
    Count,
    Line,
    LongDuration,
    Number,
    Switch,
    Table,
    Words,
    sample,
)
from syncd.settings.texts import template_parser

Priority = Literal["Emergency", "High", "Medium", "Low"]
"""How urgent AgentOS says a job is."""

DUE_DAYS: Mapping[Priority, int] = {"Emergency": 0, "High": 1, "Medium": 3, "Low": 7}

RESERVED_FIELD = "syncd"
"""Name of the read-only field in which syncd's own tag travels."""

OWN_VISIT_FIELDS = frozenset(
    "id docNo docType companyId customer siteId site address city postCode contactPerson"
    " contactPhone obs lines date driverId priority duration required_skills inMobileApp"
    " confirmClose".split()
)
"""Visit fields that syncd fills itself (LetsJobIt API v2, Add visits)."""

VENDOR_VISIT_FIELDS = frozenset(
    "_id totalJobs closed inProgress skipped skippedReasonId signature signeeRating closeDate"
    " createdAt createdUser modifieddAt modifiedAt modifyUser hasChangesToSync appClientVersion"
    " geocoding".split()
)
"""Visit fields that LetsJobIt or the engineer's app fills (LetsJobIt API v2, Get all visits)."""


def _all_priorities(value: object) -> object:
    """The default days with those that were written in their place."""
    return {**DUE_DAYS, **value} if isinstance(value, dict) else value


def _switched(value: object, word: str) -> object:
    return True if value == word else value


def _one_condition(value: dict[str, str]) -> dict[str, str]:
    if len(value) != 1:
        raise Mistake(
            "does not have exactly one condition",
            'write one of branch, postcode, category, such as { postcode = "AB51" }',
        )
    return value


def _options(value: object) -> object:
    """Options from a list, or from the vendor's own "one | two"."""
    if isinstance(value, str):
        return [option.strip() for option in value.split("|")]
    return value


def _first_value(value: object) -> object:
    """Text or a number; LetsJobIt knows no other value of a field."""
    if isinstance(value, str | None):
        return value
    return parse_number(value)


def _field_name(value: str) -> str:
    if value.casefold() == RESERVED_FIELD:
        raise Mistake("is reserved for syncd's own tag", "choose another name")
    if "." in value or value.startswith("$"):
        raise Mistake("has a dot or starts with $", 'write a simple name, such as "labour"')
    return value


def as_json(value: object) -> object:
    """A TOML value as JSON has it: exact decimals as numbers; dates and times are a mistake."""
    if isinstance(value, date | time):
        raise Mistake("holds a date or a time without quotes", "write it in quotes")
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [as_json(element) for element in value]
    if isinstance(value, dict):
        return {key: as_json(element) for key, element in value.items()}
    return value


def _extra_fields(value: object) -> object:
    """Visit fields as they are sent; LetsJobIt takes 1 and 0 for true and false."""
    if not isinstance(value, dict):
        return value
    if own := sorted(OWN_VISIT_FIELDS.intersection(value)):
        raise Mistake(f"holds {', '.join(own)}, which syncd fills itself", "take it out")
    if theirs := sorted(VENDOR_VISIT_FIELDS.intersection(value)):
        raise Mistake(f"holds {', '.join(theirs)}, which LetsJobIt fills itself", "take it out")
    return {
        key: int(element) if isinstance(element, bool) else as_json(element)
        for key, element in value.items()
    }


JsonFields = Annotated[dict[str, Any], BeforeValidator(as_json)]
"""Names of visit fields and the JSON values they have."""


class DriverRule(Table):
    """One rule that places a visit with an engineer; the first that fits decides."""

    when: Annotated[
        dict[Literal["branch", "postcode", "category"], Words], AfterValidator(_one_condition)
    ] = sample({"postcode": "AB51"})
    """Exactly one condition: `branch` (OID), `postcode` (its beginning) or `category` of the
    job."""
    driver: Words = sample("FEn9BJz93svSNPx7p")
    """Id of the engineer in LetsJobIt."""

    @property
    def condition(self) -> tuple[Literal["branch", "postcode", "category"], str]:
        """The kind of the condition and the value that it asks for."""
        (only,) = self.when.items()
        return only


class ExtraField(Table):
    """One field that the engineer fills in the app (LetsJobIt API v2, extraData)."""

    name: Annotated[Words, AfterValidator(_field_name)] = sample("labour")
    """Name under which LetsJobIt keeps the value; each once, and not `syncd`."""
    type: Literal["text", "date", "number", "email", "color", "range", "select"] = sample("number")
    """Kind of input that the app shows."""
    caption: Words = sample("Hours")
    """Name that the engineer sees."""
    description: Line = ""
    """Explanation above the caption; empty: none."""
    value: Annotated[str | int | float | None, BeforeValidator(_first_value)] = None
    """What stands in the field at first; left out: nothing."""
    required: Annotated[Switch, BeforeValidator(lambda value: _switched(value, "required"))] = False
    """Whether the engineer must fill it. Off, so that a visit can always be closed."""
    readonly: Annotated[Switch, BeforeValidator(lambda value: _switched(value, "readonly"))] = False
    """Whether the engineer may only read it."""
    options_values: Annotated[tuple[Words, ...], BeforeValidator(_options)] = ()
    """Choices of a "select", as a list or as "one | two"."""
    options_default: Line = ""
    """The choice that a "select" starts with; empty: none."""
    min: Number | None = None
    """Least value of a "number" or "range"; left out: none."""
    max: Number | None = None
    """Greatest value of a "number" or "range"; left out: none."""
    step: Number | None = None
    """Distance of the values of a "number" or "range", such as "0.25"; left out: the app's own."""
    pattern: Line = ""
    """Regular expression that the value must fit; empty: none."""


class VisitSettings(Table):
    """What every new visit carries."""

    doc_no: Annotated[
        Words, AfterValidator(template_parser(needed="reference", known=["reference"]))
    ] = "{reference}"
    """Document number of a visit; {reference} is the job's visible number, else its OID. A
    literal prefix ("AOS-{reference}") also narrows every sweep. By default the number that the
    agency says on the phone."""
    doc_type: Words = "MAINTENANCE"
    """Document type that LetsJobIt shows."""
    duration: LongDuration = timedelta(minutes=45)
    """Planned length of a visit, for LetsJobIt's routing. A usual repair."""
    due_days: Annotated[dict[Priority, Count], BeforeValidator(_all_priorities)] = Field(
        default_factory=lambda: dict(DUE_DAYS)
    )
    """Days from today to the visit, by priority, when the job has no due date; never in the
    past at creation. A priority that is left out keeps its default. Usual repair times of
    letting agencies."""
    withdraw: Literal["hide", "delete"] = "hide"
    """What becomes of the open visit of a cancelled or reassigned job: "hide" takes it from the
    engineer's app (inMobileApp 0), "delete" removes it. Hidden visits can come back with all
    that was entered."""
    preferences: Switch = False
    """Whether the property's maintenance preferences are fetched into the visit's notes; costs one
    AgentOS request per property, cached. Off, because requests are scarce."""
    skills: dict[str, tuple[Words, ...]] = Field(default_factory=dict)
    """Job category to the skills that LetsJobIt asks of the engineer, such as { Plumbing =
    ["Plumber"] }. Empty: none are asked, because skills must first be set up in LetsJobIt."""
    drivers: tuple[DriverRule, ...] = ()
    """Rules that place visits with engineers; the first that fits decides, else
    `letsjobit.default_driver`."""
    fields: tuple[ExtraField, ...] = ()
    """Fields that the engineer fills in the app. The invoice's `amount_field` is added where
    missing."""
    extra: Annotated[dict[str, Any], BeforeValidator(_extra_fields)] = Field(default_factory=dict)
    """Any other LetsJobIt visit field with its value, such as { NPSMandatory = 1, territory =
    "AB" }; not those that syncd or LetsJobIt fills. Empty: the account's own settings hold."""


class FieldSettings(Table):
    """Who owns a field when both sides changed it: "agentos", "letsjobit", or "ask" (a person)."""

    description: Owner = Owner.AGENTOS
    """What is to be done. The agency orders the work."""
    address: Owner = Owner.AGENTOS
    """Where it is to be done. The agency knows its properties."""
    contact: Owner = Owner.AGENTOS
    """Whom to call. The agency knows its tenants."""
    access: Owner = Owner.AGENTOS
    """How to get in. The agency arranges it."""
    priority: Owner = Owner.AGENTOS
    """How urgent it is. The agency answers for it."""
    category: Owner = Owner.AGENTOS
    """Which trade it needs. The agency sorts its jobs."""
    date: Owner = Owner.LETSJOBIT
    """When. The dispatcher plans the day; until the dispatcher first changes it, the job's due
    date is followed."""
    driver: Owner = Owner.LETSJOBIT
    """Who goes. The dispatcher knows the engineers."""

    def owner_of(self, field: WorksOrderField) -> Owner:
        """Whose word holds for a field."""
        owner: Owner = getattr(self, field.value)
        return owner
