"""Photos that engineers left in custom fields of a closed visit, for the property. Pure.

A photo is known by the sha8 of its own bytes, before anything is converted: the same picture in two
fields, in two spellings of base64 or after a lost store is the same photo. Its name in AgentOS is
`VISIT-<docNo>-photo-<sha8>.<ext>`.
"""

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from syncd.errors import BadEvidence
from syncd.evidence.encoded import decode_text
from syncd.evidence.lines import visit_lines
from syncd.evidence.names import safe_part
from syncd.evidence.pictures import Picture, picture_size, read_picture
from syncd.letsjobit.wire import Visit

SMALLEST_SIDES = (320, 240)
"""Width and height in pixels, either way round, below which a picture shows nothing."""

LONGEST_SIDE = 12_000
"""Pixels; what portals and browsers still decode."""

_NAME = re.compile(r"(VISIT-.+-photo-[0-9a-f]{8})(?:\.[A-Za-z]{3,4})?", re.IGNORECASE)


@dataclass(frozen=True)
class Photo:
    """What stands in the photo field `name` and may be a picture; `text` is as LetsJobIt holds
    it."""

    sha8: str
    name: str
    caption: str
    text: str = field(repr=False)

    def read(self) -> Picture:
        """The picture that can be sent; BadEvidence with one line of reason."""
        return read_photo(decode_text(self.text, "the picture"))


def visit_photos(visit: Visit, fields: Collection[str]) -> tuple[Photo, ...]:
    """What stands in these custom fields of a visit's lines, in order, each picture once.

    A field may hold several pictures as a list.
    """
    wanted = set(fields)
    found: dict[str, Photo] = {}
    for line in visit_lines(visit, without=()):
        for each in line.fields:
            if each.name in wanted:
                for text in _texts(each.value):
                    sha8 = _sha8(text)
                    found.setdefault(sha8, Photo(sha8, each.name, each.caption, text))
    return tuple(found.values())


def photo_stem(doc_no: str, sha8: str) -> str:
    """What a photo's name is without its extension: by this it is known again."""
    return f"VISIT-{safe_part(doc_no)}-photo-{sha8}"


def read_stem(name: str) -> str | None:
    """The stem of a name that we gave; None where somebody else named the photo."""
    match = _NAME.fullmatch(name.strip())
    return match[1] if match is not None else None


def read_photo(content: bytes) -> Picture:
    """A picture that portals can show: JPEG or PNG, not too small; BadEvidence for others."""
    picture = read_picture(content)
    width, height = picture_size(picture)
    if max(width, height) < SMALLEST_SIDES[0] or min(width, height) < SMALLEST_SIDES[1]:
        least = " × ".join(map(str, SMALLEST_SIDES))
        raise BadEvidence(f"the picture has {width} × {height} pixels; at least {least} are needed")
    if max(width, height) > LONGEST_SIDE:
        raise BadEvidence(
            f"the picture has {width} × {height} pixels; {LONGEST_SIDE} a side is most"
        )
    return picture


def _texts(value: object) -> Iterator[str]:
    """What was entered, of a list each on its own; what is no text at all is shown as its words."""
    if isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
    elif value not in (None, "", False) and str(value).strip():
        yield str(value)


def _sha8(text: str) -> str:
    """Of the bytes; of what is no base64, of the text."""
    try:
        content = decode_text(text, "the picture")
    except BadEvidence:
        content = text.encode("utf-8", "surrogatepass")
    return hashlib.sha256(content).hexdigest()[:8]
