"""Works orders as the bodies of LetsJobIt's visit upsert (API v2, Add visits). Pure."""

from collections.abc import Mapping
from datetime import date, timedelta

from syncd.errors import BadRecord
from syncd.model import Field, JobRecord, Json, Tag, VisitId, VisitRules, WorksOrder
from syncd.translate.canonical import line, number
from syncd.translate.identity import doc_no
from syncd.translate.obs import Sections, replace
from syncd.translate.tags import FIELD, tag_field
from syncd.translate.words import priority_name

LONGEST_LINE = 120
"""Characters of the action line's description, which the app shows as one row."""

_NUMBERS = ("min", "max", "step")


def new_visit(
    job: JobRecord,
    order: WorksOrder,
    rules: VisitRules,
    *,
    visit_id: VisitId,
    today: date,
    tag_in_obs: bool = True,
) -> dict[str, Json]:
    """The whole visit for a job, in LetsJobIt's names.

    The date is never before `today`. `tag_in_obs` False is for accounts whose answers are known to
    show lines. BadRecord while the address of the property is unknown.
    """
    where = order.values.get(Field.ADDRESS)
    if not isinstance(where, dict):
        raise BadRecord("the property of the job is not known, so the visit has no address")
    tag = Tag(rules.short_name, job.job_id)
    parts = (Field.CONTACT, Field.PRIORITY, Field.CATEGORY, Field.DRIVER)
    body: dict[str, Json] = {
        "country": "GB",
        **rules.extra,
        "id": int(visit_id),
        "docNo": doc_no(rules.doc_no, job.reference),
        "docType": rules.doc_type,
        "companyId": rules.company_id,
        "date": _first_day(job, order, rules, today=today).isoformat(),
        "obs": replace(
            "", sections(order), reference=job.reference, tag=tag if tag_in_obs else None
        ),
        "duration": rules.duration_seconds,
        "inMobileApp": 1,
        **where,
        "lines": [_action_line(job, rules, tag)],
    }
    for part in parts:
        value = order.values.get(part)
        body |= value if isinstance(value, dict) else {}
    return body


def amount_field(name: str) -> dict[str, Json]:
    """The custom field in which the engineer enters the amount of the invoice, in pounds."""
    return {"name": name, "type": "number", "caption": "Invoice total", "step": 0.01, "min": 0}


def lead_field(name: str) -> dict[str, Json]:
    """The custom field in which the engineer notes who wants to let, sell, rent or buy."""
    return {"name": name, "type": "text", "caption": "Lead: who, and how to reach them"}


def sections(order: WorksOrder) -> Sections:
    """The sections of the visit's `obs` that a works order asks for."""
    return Sections(
        text=_told(order.values.get(Field.DESCRIPTION), "text"),
        access=_told(order.values.get(Field.ACCESS), "access"),
        preferences=_told(order.values.get(Field.ACCESS), "preferences"),
    )


def _told(value: Json, name: str) -> str:
    told = value.get(name) if isinstance(value, dict) else None
    return told if isinstance(told, str) else ""


def _first_day(job: JobRecord, order: WorksOrder, rules: VisitRules, *, today: date) -> date:
    due = _told(order.values.get(Field.DATE), "date")
    days = rules.due_days.get(priority_name(job.priority), 0)
    return max(today, date.fromisoformat(due) if due else today + timedelta(days=days))


def _action_line(job: JobRecord, rules: VisitRules, tag: Tag) -> dict[str, Json]:
    """The one line of service: what is to be done, and the fields that the engineer fills in."""
    named = job.title or job.description.split("\n")[0] or job.category
    configured = [_field(each) for each in rules.fields if each.get("name") != FIELD]
    row: dict[str, Json] = {
        "actionItem": True,
        "id": 1,
        "qty": 1,
        "description": _cut(line(named)) or f"Job {job.reference}",
        "extraData": [dict(tag_field(tag)), *configured],
    }
    return {**row, "jobType": job.category} if job.category else row


def _field(configured: Mapping[str, Json]) -> dict[str, Json]:
    """A configured custom field; what LetsJobIt wants as a number may be written as text."""
    numbers = {name: number(configured[name]) for name in _NUMBERS if name in configured}
    plain = {
        name: int(value) if value == value.to_integral_value() else float(value)
        for name, value in numbers.items()
        if value is not None
    }
    return {**configured, **plain}


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST_LINE else f"{words[: LONGEST_LINE - 1].rstrip()}…"
