"""What a job says about a piece of work, in the shape of the visit that will do it. Pure."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from syncd.model import (
    Field,
    JobRecord,
    Json,
    Place,
    Preference,
    Surroundings,
    VisitRules,
    WorksOrder,
)
from syncd.translate.addresses import address
from syncd.translate.canonical import text
from syncd.translate.people import contact
from syncd.translate.post_codes import lies_in
from syncd.translate.raised import without_mark
from syncd.translate.words import priority_name, visit_priority


def works_order_from_job(
    job: JobRecord, surroundings: Surroundings, rules: VisitRules
) -> WorksOrder:
    """The works order of a job.

    `address` is absent while the property is unknown, `contact` while nobody is known, `category`
    when no skills are configured for it, `date` when the job has neither a due date nor a day of
    report with a configured number of days.
    """
    place, due = surroundings.place, due_day(job, rules)
    who = contact(job.tenant_id, surroundings)
    skills = required_skills(job.category, rules)
    values: dict[Field, Json] = {
        Field.DESCRIPTION: {"text": job_text(job)},
        Field.ACCESS: {
            "access": text(job.access) or text(surroundings.access),
            "preferences": preferences_text(surroundings.preferences),
        },
        Field.PRIORITY: {"priority": visit_priority(job.priority)},
        Field.DRIVER: {"driverId": driver(job, place, rules)},
    }
    if place is not None:
        where = address(place, surroundings.branch, short_name=rules.short_name)
        values[Field.ADDRESS] = where
    if who is not None:
        values[Field.CONTACT] = who
    if skills is not None:
        values[Field.CATEGORY] = {"required_skills": skills}
    if due is not None:
        values[Field.DATE] = {"date": due.isoformat()}
    return WorksOrder(values)


def job_text(job: JobRecord) -> str:
    """Title and description, unaltered but for the line by which syncd marks jobs it raised."""
    description = without_mark(job.description)
    return text("\n".join(filter(None, (job.title, description))))


def preferences_text(preferences: tuple[Preference, ...]) -> str:
    """The maintenance preferences of a property, one after the other in the vendor's order."""
    told = (": ".join(filter(None, (each.name, each.notes))) for each in preferences)
    return text("\n".join(told))


def due_day(job: JobRecord, rules: VisitRules) -> date | None:
    """The job's due date, else the days that its priority allows from the day of report."""
    if job.due is not None:
        return job.due
    days = rules.due_days.get(priority_name(job.priority))
    if job.reported_at is None or days is None:
        return None
    return job.reported_at.astimezone(ZoneInfo(rules.timezone)).date() + timedelta(days=days)


def driver(job: JobRecord, place: Place | None, rules: VisitRules) -> str:
    """The engineer of the first rule that fits, else the default one."""
    known = {"branch": job.branch_id, "category": job.category.strip().casefold()}
    for rule in rules.drivers:
        if rule.when == "postcode":
            fits = place is not None and lies_in(place.post_code, rule.value)
        else:
            value = rule.value.strip().casefold() if rule.when == "category" else rule.value
            fits = bool(value) and known.get(rule.when) == value
        if fits:
            return rule.driver_id
    return rules.default_driver


def required_skills(category: str, rules: VisitRules) -> list[Json] | None:
    """The skills configured for a job category (in any case), sorted; None when there are none."""
    wanted = category.strip().casefold()
    for name, skills in rules.skills.items():
        if name.strip().casefold() == wanted:
            return list[Json](sorted(set(skills)))
    return None
