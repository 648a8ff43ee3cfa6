"""LetsJobIt's records as it sends them, with its own names as aliases; unknown fields are kept.

Pure. Source: LetsJobIt API v2, "Get All Visits": its sample and its tables, which contradict each
other on types. So booleans are read from true, 1, "1" and "true", numbers from text too, and ids
from either. `as_sent` gives a record back exactly as it came. Neither `repr` nor a validation error
shows a value, because a visit holds names, phones and a signature.
"""

from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    model_validator,
)

from syncd.wire_json import Record
from syncd.wire_types import READING, Flag, Number, Text, Texts, Whole, empty_list


class WireModel(BaseModel):
    """A record read field by field, that keeps what it does not know and how everything came."""

    model_config = READING

    _sent: Record = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _keep_what_was_sent(cls, raw: object, read: ModelWrapValidatorHandler[Self]) -> Self:
        record = read(raw)
        if isinstance(raw, dict):
            record._sent = raw
        return record

    def as_sent(self) -> Record:
        """The record exactly as the vendor sent it, also where our types are other than its."""
        return self._sent

    def __repr_args__(self) -> Iterable[tuple[str | None, object]]:
        """Nothing: a visit holds names, phones and a signature."""
        return ()


class TimeWindow(WireModel):
    """When the customer is there, in seconds from midnight."""

    earliest: Whole = None
    latest: Whole = None


class ExtraField(WireModel):
    """A custom field of a line (`extraData`): its definition, and in answers its value."""

    name: Text = None
    type: Text = None
    caption: Text = None
    description: Text = None
    value: object = None
    required: object = None
    readonly: object = None
    pattern: Text = None
    step: Number = None
    min: Number = None
    max: Number = None


class Line(WireModel):
    """One line of a visit; an action line is a job to do."""

    line_id: Number = Field(None, alias="id")
    is_action: Flag = Field(None, alias="actionItem")
    description: Text = None
    job_type: Text = Field(None, alias="jobType")
    location: Text = None
    qty: Number = None
    extra_fields: Annotated[tuple[ExtraField, ...], BeforeValidator(empty_list)] = Field(
        (), alias="extraData"
    )


class Visit(WireModel):
    """A visit as LetsJobIt lists it. None means that the vendor said nothing.

    Times are the vendor's text, `YYYY-MM-DD HH:MM[:SS]` without a zone. `erp_id` is None on visits
    that people made in LetsJobIt. `lines` is None where the answer has no such field.
    """

    internal_id: Text = Field(None, alias="_id")
    erp_id: Whole = Field(None, alias="id")
    driver_id: Text = Field(None, alias="driverId")
    driver_name: Text = Field(None, alias="name")
    date: Text = None
    total_jobs: Whole = Field(None, alias="totalJobs")
    doc_type: Text = Field(None, alias="docType")
    doc_no: Text = Field(None, alias="docNo")
    service_order: Whole = Field(None, alias="serviceOrder")
    customer: Text = None
    site_id: Text = Field(None, alias="siteId")
    lat: Number = None
    lng: Number = None
    site: Text = None
    address: Text = None
    post_code: Text = Field(None, alias="postCode")
    city: Text = None
    obs: Text = None
    contact_person: Text = Field(None, alias="contactPerson")
    contact_phone: Text = Field(None, alias="contactPhone")
    is_email_mandatory: Flag = Field(None, alias="emailMandatory")
    priority: Whole = None
    shows_items_section: Flag = Field(None, alias="showItemsOnOrderSection")
    hides_equipment: Flag = Field(None, alias="hideEquipmentDetails")
    hides_delivery_items: Flag = Field(None, alias="hideDeliveryItemsSection")
    signee_name: Text = Field(None, alias="signeeName")
    signee_email: Text = Field(None, alias="signeeEmail")
    sub_contractor_ids: Texts = Field((), alias="subContractorIds")
    territory: Text = None
    has_pause_buttons: Flag = Field(None, alias="useStartPauseStopStyleButtonsInJobs")
    is_in_mobile_app: Flag = Field(None, alias="inMobileApp")
    is_nps_mandatory: Flag = Field(None, alias="NPSMandatory")
    is_priority_visit: Flag = Field(None, alias="precedencePriorityVisit")
    closes_on_last_job: Flag = Field(None, alias="closeVisitOnLastJobClose")
    country: Text = None
    company_id: Text = Field(None, alias="companyId")
    time_windows: Annotated[tuple[TimeWindow, ...], BeforeValidator(empty_list)] = ()
    required_skills: Texts = ()
    allowed_vehicles: Texts = ()
    is_confirmed: Flag = Field(None, alias="confirmClose")
    is_in_progress: Flag = Field(None, alias="inProgress")
    is_closed: Flag = Field(None, alias="closed")
    is_skipped: Flag = Field(None, alias="skipped")
    duration: Number = None
    created_at: Text = Field(None, alias="createdAt")
    modified_at: Text = Field(None, alias="modifieddAt")
    modified_by: Text = Field(None, alias="modifyUser")
    signee_rating: Number = Field(None, alias="signeeRating")
    signature: Text = None
    closed_at: Text = Field(None, alias="closeDate")
    skip_reason: Text = Field(None, alias="skippedReasonId")
    lines: tuple[Line, ...] | None = None
