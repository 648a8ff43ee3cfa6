"""What `check --online` asks the contractor portal: how it packs, the session, and the contractor.

Two requests to the portal, and a third where it is the job side.
"""

from syncd.checking.findings import Finding, Place, Severity
from syncd.contractor_portal.client import ContractorPortal
from syncd.errors import VendorDenied, VendorError
from syncd.settings import ConnectionSettings, PortalSettings


async def check_portal(
    settings: PortalSettings, portal: ContractorPortal, *, connection: str
) -> list[Finding]:
    """Everything that the portal does not agree with; notes say what it does."""
    place = Place(connection, "contractor_portal")
    try:
        seen = await portal.seen_transformer()
        if seen != settings.transformer:
            message = f'the portal packs its answers as "{seen}" says'
            cure = f'write transformer = "{seen}"'
            wrong = Severity.WRONG
            return [place.found(wrong, "transformer", message, cure, "wrong_transformer")]
        account = await portal.account()
    except VendorDenied as error:
        message, hint = error.message, error.hint
        return [place.found(Severity.INCOMPLETE, "session", message, hint, error.code)]
    except VendorError as error:
        return [place.failure(error)]
    contractor = settings.contractor_id
    if account is None:
        message = f"the portal shows no account of contractor {contractor!r}"
        cure = "compare it with the portal's own page; the portal also says so while AgentOS is ill"
        attention = Severity.ATTENTION
        return [place.found(attention, "contractor_id", message, cure, "no_portal_account")]
    name = account.company_name or account.display_name or "there, without a name"
    message = f"contractor {contractor} is {name} at the contractor portal"
    return [place.found(Severity.NOTE, "", message)]


async def check_words(connection: ConnectionSettings, portal: ContractorPortal) -> list[Finding]:
    """Which status words the portal uses now: it has no list that the settings could be held to."""
    place = Place(connection.name, "agentos")
    try:
        rows = await portal.list_jobs()
    except VendorError:
        return []
    words = {str(each["status"]).strip() for each in rows if each.get("status")}
    wanted = {each.strip().casefold() for each in connection.agentos.statuses.visit_when}
    listed = ", ".join(sorted(words)) or "none"
    if words and not wanted & {each.casefold() for each in words}:
        message = "no job of the portal has any of these statuses now"
        cure = f"its jobs have {listed}"
        attention = Severity.ATTENTION
        return [place.found(attention, "statuses.visit_when", message, cure, "unknown_status")]
    return [place.found(Severity.NOTE, "", f"jobs of the portal have the statuses: {listed}")]
