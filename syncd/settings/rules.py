"""Rules between settings: what each table accepts alone and only their combination gets wrong.

Pure functions from settings to faults. A fault names in `about` the settings it was compared
with, so that it is dropped where one of those is wrong itself.
"""

from collections.abc import Iterator

from syncd.settings.faults import Fault, Location
from syncd.settings.pair_rules import broken_between
from syncd.settings.visits import ExtraField
from syncd.settings.whole import ConnectionSettings, Settings

_NUMERIC = ("number", "range")
_AMOUNT_TYPES = ("number", "range", "text")
_NEEDED_STATUSES = {
    "visit_when": '["Reported"]',
    "completed": '"Completed"',
    "cancelled": '["Cancelled"]',
}


def broken_rules(settings: Settings) -> Iterator[Fault]:
    """Every rule between settings that does not hold."""
    yield from _admin(settings)
    connections = list(enumerate(settings.connections))
    for position, connection in connections:
        at = ("connections", position)
        for rule in (_key, _portal, _legacy, _contractors, _statuses, _created_jobs, _invoice):
            yield from rule(connection, at)
        yield from _fields(connection, at)
    yield from broken_between(connections)


def _admin(settings: Settings) -> Iterator[Fault]:
    listen = settings.admin.listen
    if listen and not listen.is_loopback and not settings.admin.token.get_secret_value():
        yield Fault(
            ("admin", "token"),
            "is required, because the admin endpoint is open to other machines",
            'write token = "${SYNCD_ADMIN_TOKEN}", or listen = "127.0.0.1:8321"',
            about=(("admin", "listen"),),
        )


def _key(connection: ConnectionSettings, at: Location) -> Iterator[Fault]:
    """The AgentOS key: needed by every channel but the portal, and by what the portal cannot do."""
    if connection.agentos.api_key.get_secret_value():
        return
    uses = {
        "agentos.channel": connection.agentos.channel != "portal",
        "create_jobs.enabled": connection.create_jobs.enabled,
        "leads.enabled": connection.leads.enabled,
        "media.photo_fields": bool(connection.media.photo_fields),
        "custom_field.name": bool(connection.custom_field.name),
    }
    if needs := [setting for setting, is_used in uses.items() if is_used]:
        yield Fault(
            (*at, "agentos", "api_key"),
            f"is missing; it is needed for {' and '.join(needs)}",
            'write api_key = "${NAME}" and set NAME to the agency\'s key',
            about=tuple((*at, *setting.split(".")) for setting in needs),
        )


def _portal(connection: ConnectionSettings, at: Location) -> Iterator[Fault]:
    if connection.agentos.channel == "portal" and connection.contractor_portal is None:
        yield Fault(
            (*at, "contractor_portal"),
            'is missing; agentos.channel = "portal" needs it',
            "add [connections.contractor_portal] with base_url, contractor_id and session",
            about=((*at, "agentos", "channel"),),
        )


def _legacy(connection: ConnectionSettings, at: Location) -> Iterator[Fault]:
    """The job side V3 can do one thing only: create jobs in one branch."""
    if connection.agentos.channel != "v3":
        return
    channel = (*at, "agentos", "channel")
    if len(connection.agentos.branches) != 1:
        yield Fault(
            (*at, "agentos", "branches"),
            'must name exactly one branch where agentos.channel is "v3"',
            'write branches = ["OID of the branch"]',
            about=(channel,),
        )
    if not connection.create_jobs.enabled:
        yield Fault(
            (*at, "create_jobs", "enabled"),
            'must be true where agentos.channel is "v3", which can do nothing else',
            "write enabled = true under [connections.create_jobs]",
            about=(channel,),
        )
    if connection.create_jobs.channel != "v3":
        yield Fault(
            (*at, "create_jobs", "channel"),
            'must be "v3" where agentos.channel is "v3"',
            "take it out, or change agentos.channel",
            about=(channel,),
        )


def _contractors(connection: ConnectionSettings, at: Location) -> Iterator[Fault]:
    if connection.agentos.channel == "v4" and not connection.agentos.contractors:
        yield Fault(
            (*at, "agentos", "contractors"),
            "names nobody, so no job would become a visit",
            'write contractors = ["OID of the contractor"]',
            about=((*at, "agentos", "channel"),),
        )


def _statuses(connection: ConnectionSettings, at: Location) -> Iterator[Fault]:
    """What must be named, and that completed and cancelled mean nothing else.

    A status may both create visits and say that one is under way: `visit_when` decides creation
    only.
    """
    if connection.agentos.channel == "v3":
        return
    statuses, table = connection.agentos.statuses, (*at, "agentos", "statuses")
    roles = {
        "visit_when": statuses.visit_when,
        "in_progress": (statuses.in_progress,),
        "awaiting_access": (statuses.awaiting_access,),
        "completed": (statuses.completed,),
        "cancelled": statuses.cancelled,
    }
    for role, example in _NEEDED_STATUSES.items():
        is_said = role == "cancelled" and role in statuses.model_fields_set
        if not any(roles[role]) and not is_said:
            message = "is missing; every agency words its statuses in its own way"
            yield Fault((*table, role), message, f"write for example {role} = {example}")
    for last in ("completed", "cancelled"):
        for role, names in roles.items():
            if role == last or (role, last) == ("cancelled", "completed"):
                continue
            if shared := _shared(roles[last], names):
                yield Fault(
                    (*table, last),
                    f'names "{shared}", which {role} names too',
                    "let each of the two name its own statuses",
                    about=((*table, role),),
                )


def _shared(some: tuple[str, ...], others: tuple[str, ...]) -> str:
    """The first name that both have, whatever its capitals; "" where there is none."""
    folded = {name.casefold() for name in others if name}
    return next((name for name in some if name.casefold() in folded), "")


def _created_jobs(connection: ConnectionSettings, at: Location) -> Iterator[Fault]:
    created = connection.create_jobs
    if created.enabled and created.channel == "v4" and not created.status:
        yield Fault(
            (*at, "create_jobs", "status"),
            'is missing; jobs created by "v4" need one',
            'write for example status = "Reported"',
            about=((*at, "create_jobs", "enabled"), (*at, "create_jobs", "channel")),
        )
    is_alone = connection.agentos.channel != "v4" and not connection.agentos.contractors
    if created.enabled and created.channel == "v4" and is_alone:
        yield Fault(
            (*at, "agentos", "contractors"),
            "names nobody whom a created job could be given to",
            'write contractors = ["OID of the contractor"]',
            about=((*at, "create_jobs", "enabled"), (*at, "create_jobs", "channel")),
        )


def _invoice(connection: ConnectionSettings, at: Location) -> Iterator[Fault]:
    invoice, table = connection.invoice, (*at, "invoice")
    if invoice.hours_field and not invoice.hourly_rate:
        yield Fault(
            (*table, "hourly_rate"),
            "is missing; hours_field needs it",
            'write for example hourly_rate = "45.00"',
            about=((*table, "hours_field"),),
        )
    if invoice.hourly_rate and not invoice.hours_field:
        yield Fault(
            (*table, "hours_field"),
            "is missing; hourly_rate needs it",
            'write for example hours_field = "labour"',
            about=((*table, "hourly_rate"),),
        )
    if invoice.hours_field == invoice.amount_field:
        yield Fault(
            (*table, "hours_field"),
            "is the same field as amount_field, so hours would be charged as pounds",
            "name two fields",
            about=((*table, "amount_field"),),
        )


def _fields(connection: ConnectionSettings, at: Location) -> Iterator[Fault]:
    seen: set[str] = set()
    money = {connection.invoice.amount_field, connection.invoice.hours_field} - {""}
    for position, field in enumerate(connection.visit.fields):
        where = (*at, "visit", "fields", position)
        if field.name in seen:
            yield Fault((*where, "name"), "is the name of an earlier field", "choose another name")
        seen.add(field.name)
        if field.name in money and field.type not in _AMOUNT_TYPES:
            yield Fault(
                (*where, "type"),
                "cannot hold the amount or the hours that the invoice takes from it",
                'write type = "number"',
                about=((*at, "invoice"),),
            )
        yield from _field(field, where)


def _field(field: ExtraField, where: Location) -> Iterator[Fault]:
    """One field alone: limits belong to numbers, options to a select."""
    bounds = [name for name in ("min", "max", "step") if getattr(field, name) is not None]
    about = ((*where, "type"),)
    if bounds and field.type not in _NUMERIC:
        cure = f'write type = "number", or take {", ".join(bounds)} out'
        yield Fault((*where, bounds[0]), "only a number or a range has it", cure, about)
    if field.min is not None and field.max is not None and field.min > field.max:
        both = ((*where, "max"),)
        yield Fault((*where, "min"), "is more than max", "exchange the two", both)
    if field.step is not None and field.step <= 0:
        yield Fault((*where, "step"), "is not above zero", 'write for example step = "0.25"')
    if field.type == "select" and not field.options_values:
        cure = 'write for example options_values = ["Yes", "No"]'
        yield Fault((*where, "options_values"), "is missing; a select needs it", cure, about)
    if field.type != "select" and (field.options_values or field.options_default):
        cure = 'write type = "select", or take the options out'
        yield Fault((*where, "options_values"), "only a select has options", cure, about)
    if field.options_values and field.options_default not in ("", *field.options_values):
        options = ((*where, "options_values"),)
        cure = "write one of options_values"
        yield Fault((*where, "options_default"), "is none of the options", cure, options)
