"""How somebody can be reached, read out of words that people typed. Pure."""

import re
from dataclasses import dataclass, field

import phonenumbers

_HOME = "GB"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DIALLED = ("0", "+", "(0", "(+")
"""How a number begins that is dialled as it stands; a price or a date has none of them."""


@dataclass(frozen=True)
class Reached:
    """A phone and an e-mail address as they were typed; empty where none is known."""

    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


def reached_by(words: str) -> Reached:
    """The phone and the e-mail address in these words; of several nobody knows whose they are."""
    possible = phonenumbers.Leniency.POSSIBLE
    found = phonenumbers.PhoneNumberMatcher(words, _HOME, leniency=possible)
    phones = [each.raw_string for each in found if each.raw_string.startswith(_DIALLED)]
    return Reached(_only(phones), _only(_EMAIL.findall(words)))


def _only(found: list[str]) -> str:
    return found[0] if len(set(found)) == 1 else ""
