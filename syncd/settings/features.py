"""Settings of what a connection may do beside its visits: jobs from the field, leads, photos, a
field."""

from typing import Literal

from pydantic import Field

from syncd.settings.table import Line, PublicAddress, Switch, Table, Words, sample
from syncd.settings.visits import JsonFields


class CreateJobsSettings(Table):
    """A visit that was raised in LetsJobIt becomes an AgentOS job."""

    enabled: Switch = False
    """Whether it does. Off, because it writes into the agency's books."""
    only: JsonFields = Field(default_factory=dict)
    """Visit fields and the values they must have, such as { docType = "NEW FAULT" }; empty:
    every visit that no connection of this account made."""
    channel: Literal["v4", "v3"] = "v4"
    """Interface that takes the job: "v4", or "v3" (legacy, create only). Where
    `agentos.channel` is "v3", this is "v3" too unless written. V4 links the job to its
    property."""
    status: Line = sample("Reported", "")
    """Status that the new job gets, by name or OID. Needed for "v4"."""
    document_base_url: PublicAddress = ""
    """Web address at which attachments are publicly reachable, for "v3"; https only. Empty: none
    are sent."""


class LeadSettings(Table):
    """A filled field of a closed visit becomes a lead in V4 Property Management."""

    enabled: Switch = False
    """Whether it does. Off, because the key must have the Property Management tier."""
    field: Words = "lead"
    """Name of the field that the engineer fills: who wants what, and how to reach them. syncd puts
    it on every visit. Nothing, "no" and an empty tick make no lead."""
    type: Words = "Landlord"
    """Kind of lead, in the agency's words. A tenant's tip mostly is about a landlord."""
    source: Words = "Contractor referral"
    """Name of the lead source in AgentOS."""


class MediaSettings(Table):
    """Images in fields of a closed visit become photos of the property in V4 Property
    Management."""

    photo_fields: tuple[Words, ...] = ()
    """Names of the fields whose images are sent, in base64 or as data: addresses; empty: none."""
    lettings_property: Words = "property"
    """Where the lettings property's id comes from: "property" (the same OID) or the name of an
    AgentOS custom field of the property."""


class CustomFieldSettings(Table):
    """An AgentOS custom field that shows the visit's document number and state."""

    name: Line = ""
    """Name of the custom field, in any case, or its ID; staff make it in AgentOS. Empty: none is
    written. After the loss of the store visits are found by it."""
    of: Literal["job", "property"] = "job"
    """Whose custom field it is. A property's names all its visits that are still to be done."""
