"""Whether photos can be added: the tier, by one request, where leads do not tell of it already."""

from syncd.agentos.property_management import PropertyManagement
from syncd.checking.findings import Finding, Place, Severity
from syncd.errors import VendorDenied, VendorError, VendorNotFound
from syncd.settings import ConnectionSettings


async def check_photos(
    connection: ConnectionSettings, management: PropertyManagement
) -> list[Finding]:
    """Whether the key has V4 Property Management, where `media.photo_fields` needs it."""
    if not connection.media.photo_fields or connection.leads.enabled:
        return []
    place = Place(connection.name, "media")
    try:
        await management.get_company()
    except (VendorDenied, VendorNotFound) as error:
        message = "V4 Property Management does not let the key in, so no photo can be added"
        cure = "ask the agency to enable this tier for the key, or take photo_fields out"
        return [place.found(Severity.INCOMPLETE, "photo_fields", message, cure, error.code)]
    except VendorError as error:
        return [place.found(Severity.INCOMPLETE, "", error.message, error.hint, error.code)]
    fields = ", ".join(connection.media.photo_fields)
    return [place.found(Severity.NOTE, "", f"photos are taken from the fields: {fields}")]
