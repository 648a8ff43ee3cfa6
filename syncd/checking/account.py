"""LetsJobIt against the settings: key, company, how a visit is addressed, entered values.

At most three requests: closed visits, any visits where none is closed, and one visit by itself.
"""

from collections.abc import Sequence

from syncd.checking.findings import Finding, Place, Severity
from syncd.errors import VendorDenied, VendorError, VendorRefused
from syncd.letsjobit.client import LetsJobIt
from syncd.letsjobit.wire import ExtraField, Visit
from syncd.settings import ConnectionSettings
from syncd.wire_json import Record


async def check_account(connection: ConnectionSettings, letsjobit: LetsJobIt) -> list[Finding]:
    """Everything that LetsJobIt does not agree with; notes say what it does."""
    place = Place(connection.name, "letsjobit")
    try:
        closed = (await letsjobit.list_visits(closed=True)).records
        records = closed or (await letsjobit.list_visits()).records
        address = await _check_address(place, connection, letsjobit, records)
    except VendorError as error:
        return [place.failure(error)]
    seen = [place.found(Severity.NOTE, "", f"LetsJobIt lets the key in{_none(records)}")]
    company = _check_company(place, connection.letsjobit.company_id, _visits(records))
    return [*seen, *company, *address, *_check_values(connection, _visits(closed))]


def _none(records: Sequence[Record]) -> str:
    return "" if records else "; the account has no visit yet, so its company was not seen"


def _visits(records: Sequence[Record]) -> list[Visit]:
    """The records that can be read."""
    found = []
    for raw in records:
        try:
            found.append(Visit.model_validate(raw))
        except ValueError:
            continue
    return found


def _check_company(place: Place, company_id: str, visits: Sequence[Visit]) -> list[Finding]:
    companies = sorted({visit.company_id for visit in visits if visit.company_id})
    if not companies or company_id in companies:
        return []
    message = f"no visit of the account is of company {company_id!r}"
    cure = f"its visits are of {', '.join(companies)}"
    return [place.found(Severity.WRONG, "company_id", message, cure, "wrong_company")]


async def _check_address(
    place: Place, connection: ConnectionSettings, letsjobit: LetsJobIt, records: Sequence[Record]
) -> list[Finding]:
    """Whether `/visits/{ID}` takes what `path_id` says, by one visit that was just listed."""
    key = next(filter(None, (letsjobit.visit_key(raw) for raw in records)), "")
    if not key:
        return []
    try:
        await letsjobit.get_visit(key)
    except VendorDenied:
        raise
    except VendorRefused:
        asked = connection.letsjobit.path_id
        other = "id" if asked == "_id" else "_id"
        message = f"a visit that LetsJobIt lists is not found by its {asked}"
        cure = f'write path_id = "{other}"'
        return [place.found(Severity.WRONG, "path_id", message, cure, "wrong_path_id")]
    return []


def _check_values(connection: ConnectionSettings, closed: Sequence[Visit]) -> list[Finding]:
    """Whether closed visits show what engineers entered: invoices are made of it."""
    place = Place(connection.name, "invoice")
    fields = [field for visit in closed for field in _extra_fields(visit)]
    entered = sorted({field.name or "" for field in fields if field.value not in (None, "")})
    if entered:
        message = f"closed visits show what engineers entered: {', '.join(filter(None, entered))}"
        return [place.found(Severity.NOTE, "", message)]
    if not closed:
        message = "no visit is closed yet; whether entered values can be read shows with the first"
        return [place.found(Severity.NOTE, "", message)]
    amount = connection.invoice.amount_field
    if connection.invoice.enabled and any(field.name == amount for field in fields):
        message = f"closed visits have the field {amount!r}, but none shows a value in it"
        cure = "close a visit with an amount; if it stays so, every invoice has to be entered"
        return [place.found(Severity.ATTENTION, "amount_field", message, cure, "no_values")]
    message = "no closed visit shows entered values yet"
    return [place.found(Severity.NOTE, "", message)]


def _extra_fields(visit: Visit) -> list[ExtraField]:
    """The fields that an engineer fills; our own mark is read-only."""
    fields = [field for line in visit.lines or () for field in line.extra_fields]
    return [field for field in fields if not field.readonly]
