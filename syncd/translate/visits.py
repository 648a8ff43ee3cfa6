"""LetsJobIt's visits as records, and what a visit says about its piece of work. Pure.

Source: LetsJobIt API v2, Get All Visits. The signature is never taken over.
"""

from datetime import tzinfo

from syncd.errors import BadRecord
from syncd.letsjobit.wire import Visit
from syncd.model import Field, Json, Tag, VisitId, VisitRecord, VisitRules, WorksOrder
from syncd.translate.canonical import day, line, moment, text
from syncd.translate.files import is_file_name
from syncd.translate.identity import foreign_visit_id, reference_of
from syncd.translate.obs import split, tag_in
from syncd.translate.tags import FIELD, first_tag

_IDS_END = 2**53


def visit_record(visit: Visit, zone: tzinfo, *, path_id: str = "_id") -> VisitRecord:
    """The visit as observed; BadRecord when it has neither of its identities.

    A visit that people made in LetsJobIt has no ERP `id`; its `visit_id` is then a negative number
    made of its `_id`, which no visit of ours ever has. `path_id` is the name of the identity that
    `/visits/{ID}` takes. A visit that does not say whether it is in the app is in it.
    """
    internal_id = line(visit.internal_id or "")
    erp_id = visit.erp_id if visit.erp_id and 0 < visit.erp_id < _IDS_END else None
    if not internal_id and erp_id is None:
        raise BadRecord("the visit has neither _id nor id")
    by_erp_id = path_id == "id" or not internal_id
    doc_no, obs = line(visit.doc_no or ""), visit.obs or ""
    return VisitRecord(
        visit_id=foreign_visit_id(internal_id) if erp_id is None else VisitId(erp_id),
        visit_key=str(erp_id) if by_erp_id and erp_id is not None else internal_id,
        doc_no=doc_no,
        company_id=visit.company_id or "",
        date=_day(visit.date or "", zone),
        driver_id=visit.driver_id or "",
        customer=visit.customer or "",
        site=visit.site or "",
        site_id=visit.site_id or "",
        address=visit.address or "",
        city=visit.city or "",
        post_code=visit.post_code or "",
        contact_person=visit.contact_person or "",
        contact_phone=visit.contact_phone or "",
        obs=obs,
        priority=visit.priority,
        skills=visit.required_skills,
        is_in_app=visit.is_in_mobile_app is not False,
        is_in_progress=visit.is_in_progress is True,
        is_closed=visit.is_closed is True,
        is_confirmed=visit.is_confirmed is True,
        is_skipped=visit.is_skipped is True,
        skip_reason=line(visit.skip_reason or ""),
        closed_at=moment(visit.closed_at or "", zone),
        has_lines=visit.lines is not None,
        tag=_tag_on_lines(visit) or tag_in(obs, doc_no),
        created_at=moment(visit.created_at or "", zone),
        files=_files(visit),
    )


def works_order_from_visit(visit: VisitRecord, rules: VisitRules) -> WorksOrder:
    """What the visit says about every field.

    Where our block is missing from `obs`, the description is the whole of `obs` marked
    `"isOurs": false`, so that it never equals what a job says by accident, and there is no access.
    """
    ours = split(visit.obs, reference_of(rules.doc_no, visit.doc_no)).sections
    told: Json = {"text": ours.text} if ours else {"text": text(visit.obs), "isOurs": False}
    now = visit_values(visit)
    return WorksOrder(
        {
            Field.DESCRIPTION: told,
            Field.ACCESS: {
                "access": ours.access if ours else "",
                "preferences": ours.preferences if ours else "",
            },
            **{field: {name: now[name] for name in names} for field, names in _FIELD_NAMES.items()},
        }
    )


def visit_values(visit: VisitRecord) -> dict[str, Json]:
    """The visit's present values under LetsJobIt's names, in canonical form: all that we change."""
    return {
        "customer": line(visit.customer),
        "site": line(visit.site),
        "siteId": line(visit.site_id),
        "address": line(visit.address),
        "city": line(visit.city),
        "postCode": line(visit.post_code),
        "contactPerson": line(visit.contact_person),
        "contactPhone": line(visit.contact_phone),
        "priority": visit.priority,
        "required_skills": list[Json](sorted(set(visit.skills))),
        "date": visit.date,
        "driverId": visit.driver_id,
        "obs": text(visit.obs),
        "inMobileApp": int(visit.is_in_app),
        "confirmClose": int(visit.is_confirmed),
    }


_FIELD_NAMES = {
    Field.ADDRESS: ("customer", "site", "siteId", "address", "city", "postCode"),
    Field.CONTACT: ("contactPerson", "contactPhone"),
    Field.PRIORITY: ("priority",),
    Field.CATEGORY: ("required_skills",),
    Field.DATE: ("date",),
    Field.DRIVER: ("driverId",),
}


def _day(value: str, zone: tzinfo) -> str:
    found = day(value, zone)
    return line(value) if found is None else found.isoformat()


def _files(visit: Visit) -> tuple[str, ...]:
    values = (each.value for row in visit.lines or () for each in row.extra_fields)
    return tuple(each for each in values if isinstance(each, str) and is_file_name(each))


def _tag_on_lines(visit: Visit) -> Tag | None:
    fields = (each for row in visit.lines or () for each in row.extra_fields if each.name == FIELD)
    return first_tag(word for each in fields for word in (each.value, each.description))
