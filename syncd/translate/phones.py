"""Phone numbers as AgentOS V3 Maintenance takes them: normalised, or refused with a reason. Pure.

V3 alone validates phones ("must pass format validation"); elsewhere they pass as the vendor has
them. Whether a number is in use is nobody's business here: numbers reserved for drama are possible
and not assigned, so possible is enough.
"""

import re
from dataclasses import dataclass, field

import phonenumbers

from syncd.errors import BadRecord

_HOME = "GB"
_AND = re.compile(r"\b(?:or|and)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile(rf"[;,/|\n&#]|{_WORD.pattern}")


@dataclass(frozen=True)
class Phones:
    """What was typed into one field, as V3 has room for it; `second` may be empty.

    `says_more`: an extension, a name, a third number was typed that neither of them carries.
    """

    first: str = field(repr=False)
    second: str = field(repr=False)
    says_more: bool


def phones_in(typed: str) -> Phones:
    """The first two numbers of what was typed, as they are dialled: "07700900123" for a British
    number, "+33123456789" for any other. BadRecord says what is wrong, without the number.
    """
    if not typed.strip():
        raise BadRecord("the visit has no phone number")
    # Letters part numbers: the library would dial "Bob" as 262.
    parts = [part for part in _BETWEEN.split(typed) if any(map(str.isdigit, part))]
    found: dict[str, None] = {}
    faults: list[BadRecord] = []
    for part in parts:
        try:
            found[_dialled(part)] = None
        except BadRecord as error:
            faults.append(error)
    if not found:
        raise faults[0] if faults else BadRecord(f"the visit's phone number {_NO_DIGITS}")
    first, second, *others = (*found, "")
    has_words = _WORD.search(_AND.sub("", typed)) is not None
    return Phones(first, second, has_words or bool(faults) or any(others))


def _dialled(typed: str) -> str:
    try:
        number = phonenumbers.parse(typed, _HOME)
    except phonenumbers.NumberParseException as unreadable:
        words = _UNREADABLE.get(unreadable.error_type, _NO_DIGITS)
        raise BadRecord(f"the visit's phone number {words}") from None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadRecord(f"the visit's phone number {_WORDS.get(reason, 'is not possible')}")
    if number.country_code == phonenumbers.country_code_for_region(_HOME):
        return f"0{phonenumbers.national_significant_number(number)}"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_NO_DIGITS = "has no digits that can be dialled"

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
