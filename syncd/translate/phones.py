"""Phone numbers as AgentOS V3 Maintenance takes them: normalised, or refused with a reason. Pure.

V3 alone validates phones ("must pass format validation"); elsewhere they pass as the vendor has
them. Whether a number is in use is nobody's business here: numbers reserved for drama are possible
and not assigned, so possible is enough.
"""

import phonenumbers

from syncd.errors import BadRecord

_HOME = "GB"


def normalised_phone(typed: str) -> str:
    """Digits as dialled: "07700900123" for a British number, "+33123456789" for any other.

    Of several numbers typed into one field the first one counts. BadRecord says what is wrong,
    without the number.
    """
    first = _first(typed)
    if not first:
        raise BadRecord("the visit has no phone number")
    try:
        number = phonenumbers.parse(first, _HOME)
    except phonenumbers.NumberParseException as unreadable:
        words = _UNREADABLE.get(unreadable.error_type, "has no digits that can be dialled")
        raise BadRecord(f"the visit's phone number {words}") from None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadRecord(f"the visit's phone number {_WORDS.get(reason, 'is not possible')}")
    if number.country_code == phonenumbers.country_code_for_region(_HOME):
        return f"0{phonenumbers.national_significant_number(number)}"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_WORDS = {
    phonenumbers.ValidationResult.TOO_SHORT: "is too short",
    phonenumbers.ValidationResult.TOO_LONG: "is too long",
    phonenumbers.ValidationResult.INVALID_COUNTRY_CODE: "begins with an unknown country code",
    phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "has no area code",
    phonenumbers.ValidationResult.INVALID_LENGTH: "has a length that no number has",
}

_UNREADABLE = {
    phonenumbers.NumberParseException.INVALID_COUNTRY_CODE: "begins with an unknown country code",
    phonenumbers.NumberParseException.TOO_SHORT_AFTER_IDD: "is too short",
    phonenumbers.NumberParseException.TOO_SHORT_NSN: "is too short",
    phonenumbers.NumberParseException.TOO_LONG: "is too long",
}


def _first(typed: str) -> str:
    for sign in (";", ",", "/", "|", "\n", " or "):
        typed = typed.partition(sign)[0]
    return typed.strip()
