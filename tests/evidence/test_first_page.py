"""The picture of a PDF's first page: what it shows, and that nothing makes it fail otherwise."""

import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from syncd.errors import BadEvidence
from syncd.evidence.first_page import draw_first_page
from tests.evidence import golden
from tests.evidence.test_looks import difference

A4 = (477, 674)
"""Pixels."""

LARGEST_DIFFERENCE = 12.0
"""As in `test_looks`, between two programs that draw; another document makes 14 at least."""


def seen(document: bytes) -> Image.Image:
    """The picture, decoded as a PNG and as nothing else."""
    picture = draw_first_page(document).picture
    assert picture.media_type == "image/png"
    with Image.open(BytesIO(picture.content), formats=["PNG"]) as opened:
        return opened.convert("RGB")


@pytest.mark.parametrize(
    ("name", "pages"), [("normal", 2), ("long", 6), ("foreign", 1), ("invoice", 1)]
)
def test_it_shows_the_first_page_and_knows_how_many_there_are(name: str, pages: int) -> None:
    """Of all pages that a person has looked at, it is most like the first of this document."""
    document = golden.DOCUMENTS[name]()
    assert draw_first_page(document).pages == pages
    picture = seen(document)
    assert picture.size == A4
    gaps = {
        (other, number): difference(picture, page)
        for other in golden.DOCUMENTS
        for number, page in enumerate(golden.kept(other), start=1)
    }
    assert min(gaps, key=gaps.__getitem__) == (name, 1)
    assert gaps[name, 1] < LARGEST_DIFFERENCE


def test_ink_is_where_the_text_is() -> None:
    """The title and the number are dark on white, the margins are empty, the logo has its blue."""
    picture = seen(golden.DOCUMENTS["normal"]())
    title = picture.crop((40, 95, 180, 120)).convert("L").getextrema()
    assert title[0] < 60
    assert title[1] == 255
    ink = ImageChops.invert(picture.convert("L")).point(lambda grey: 255 if grey > 40 else 0)
    left, top, right, bottom = ink.getbbox()
    assert left >= 38
    assert top >= 28
    assert right <= A4[0] - 38
    assert bottom <= A4[1] - 18
    red, green, blue = picture.getpixel((60, 38))
    assert max(abs(red - 31), abs(green - 58), abs(blue - 95)) < 12


def test_the_picture_is_small_to_send() -> None:
    """A page of text takes less than the page of the work itself."""
    sizes = {
        name: len(draw_first_page(make()).picture.content)
        for name, make in golden.DOCUMENTS.items()
    }
    assert max(sizes.values()) < 60_000, sizes


def test_many_threads_draw_the_same() -> None:
    """The library is used by one thread at a time, whoever asks."""
    documents = [make() for make in golden.DOCUMENTS.values()] * 4
    alone = [draw_first_page(document) for document in documents]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(draw_first_page, documents)) == alone


@pytest.mark.parametrize("share", [0.0, 0.2, 0.6])
def test_a_damaged_document_is_refused(share: float) -> None:
    """Cut off anywhere: one line of reason, and the next document is drawn."""
    document = golden.DOCUMENTS["invoice"]()
    with pytest.raises(BadEvidence) as refused:
        draw_first_page(document[: int(len(document) * share)])
    assert "\n" not in refused.value.message
    assert draw_first_page(document).pages == 1


def test_a_document_without_pages_is_refused() -> None:
    """There is no first one."""
    empty = (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )
    with pytest.raises(BadEvidence):
        draw_first_page(empty)


def test_a_system_that_cannot_load_the_library_is_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is a refusal like any other, which names the kind of error."""
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(BadEvidence, match="ModuleNotFoundError"):
        draw_first_page(golden.DOCUMENTS["invoice"]())
