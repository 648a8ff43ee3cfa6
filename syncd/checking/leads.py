"""The agency's lead sources against `connections.leads`: one request, where leads are made."""

from syncd.agentos.property_management import PropertyManagement
from syncd.checking.findings import Finding, Place, Severity
from syncd.errors import VendorDenied, VendorError, VendorNotFound
from syncd.observe.lead_sources import lead_sources
from syncd.reconcile.lead_rules import LeadSources
from syncd.settings import ConnectionSettings


async def check_leads(
    connection: ConnectionSettings, management: PropertyManagement
) -> list[Finding]:
    """Whether the key has V4 Property Management, and the agency the source that is named."""
    place = Place(connection.name, "leads")
    if not connection.leads.enabled:
        return []
    try:
        names = await lead_sources(management)
    except (VendorDenied, VendorNotFound) as error:
        message = "V4 Property Management does not let the key in, so no lead is made"
        cure = "ask the agency to enable this tier for the key, or switch leads off"
        return [place.found(Severity.INCOMPLETE, "enabled", message, cure, error.code)]
    except VendorError as error:
        return [place.found(Severity.INCOMPLETE, "", error.message, error.hint, error.code)]
    listed = ", ".join(sorted(names.values())) or "none"
    source = connection.leads.source
    if LeadSources(names).named(source) is None:
        message = f"the agency has no lead source {source!r}"
        cure = f"it has {listed}"
        return [place.found(Severity.WRONG, "source", message, cure, "unknown_source")]
    return [place.found(Severity.NOTE, "", f"leads are from {source!r}, one of: {listed}")]
