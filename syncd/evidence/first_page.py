"""A picture of the first page of a PDF that syncd made, for people to see what was delivered.

Keeps nothing. It draws our own papers only: what vendors sent is in them as text and as pictures
that were decoded before.
"""

import threading
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO

from syncd.errors import BadEvidence
from syncd.evidence.pictures import Picture

_PIXELS_PER_POINT = 0.8
"""A4 becomes 477 × 674 pixels: sharp on the screens of today at half that size."""

_ONE_AT_A_TIME = threading.Lock()
"""PDFium may be used by one thread of a process at a time, whatever the document."""


@dataclass(frozen=True)
class FirstPage:
    """The first page as a PNG, and how many pages the document has."""

    picture: Picture
    pages: int


def draw_first_page(document: bytes) -> FirstPage:
    """Draw the first page of a PDF; takes a few hundredths of a second.

    BadEvidence where the document is damaged, or where this system cannot load the library.
    """
    try:
        with _ONE_AT_A_TIME:
            return _drawn(document)
    except MemoryError:
        raise
    except Exception as error:
        # The library raises whatever it stumbles on, and its words may quote the document.
        kind = type(error).__name__
        raise BadEvidence(f"the first page of a PDF cannot be drawn: {kind}") from None


def _drawn(document: bytes) -> FirstPage:
    import pypdfium2  # type: ignore[import-untyped]

    with (
        closing(pypdfium2.PdfDocument(document)) as opened,
        closing(opened[0]) as page,
        closing(page.render(scale=_PIXELS_PER_POINT)) as bitmap,
    ):
        written = BytesIO()
        # A page has few colours; a palette makes it a third of the size.
        bitmap.to_pil().quantize().save(written, "PNG")
        return FirstPage(Picture(written.getvalue(), "png"), len(opened))
