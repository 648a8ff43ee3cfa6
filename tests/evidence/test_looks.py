"""Documents rendered by poppler look as the pictures that a person has looked at."""

import pytest
from PIL import Image, ImageChops, ImageStat

from syncd.evidence.job_sheet import job_sheet_pdf
from tests.evidence import golden, made
from tests.evidence.reading import pictures_of

LARGEST_DIFFERENCE = 2.0
"""Shades of grey of 255, on average over the worst eighth of a page. pdftoppm draws the same page
every time; a signature that is missing makes 3, another document 13."""


def difference(one: Image.Image, other: Image.Image) -> float:
    """How much the worst strip of two pages differs, seen from some distance."""
    far = [page.convert("L").resize((149, 210), Image.Resampling.BOX) for page in (one, other)]
    gap = ImageChops.difference(*far)
    strips = (gap.crop((0, top, 149, top + 26)) for top in range(0, 208, 26))
    return max(ImageStat.Stat(strip).mean[0] for strip in strips)


@pytest.mark.parametrize("name", golden.DOCUMENTS)
def test_documents_look_as_they_did(name: str) -> None:
    """A normal sheet, five pages, Polish and Arabic, no signature, an invoice: page by page."""
    pages, kept = golden.drawn(name), golden.kept(name)
    assert len(pages) == len(kept)
    worst = [difference(page, picture) for page, picture in zip(pages, kept, strict=True)]
    assert max(worst) < LARGEST_DIFFERENCE, "look at it, then: python -m tests.evidence.golden"


def test_a_difference_would_be_seen(tmp_path) -> None:
    """The comparison notices a signature that is missing."""
    unsigned = made.sheet(signature=None)
    pages = pictures_of(job_sheet_pdf(unsigned), tmp_path, dots_per_inch=golden.DOTS_PER_INCH)
    assert difference(pages[-1], golden.kept("normal")[-1]) > LARGEST_DIFFERENCE


def test_nothing_is_drawn_beyond_the_margins(tmp_path) -> None:
    """Text of every length stays between the margins of every page."""
    fields = [made.entry("unbroken" * 60, name=f"field_{number}" * 9) for number in range(4)]
    sheet = made.sheet(
        contractor=made.contractor(name="W" * 80, address=("M" * 90, "مرحبا 12 " * 30)),
        visit_number="9" * 90,
        job_title="Flat مبنى 12 " * 40,
        lines=(made.line(*fields, description="W" * 200),),
    )
    for page in pictures_of(job_sheet_pdf(sheet), tmp_path, dots_per_inch=72):
        ink = ImageChops.invert(page).point(lambda grey: 255 if grey > 40 else 0).getbbox()
        left, top, right, bottom = ink
        assert left >= 50
        assert right <= 595 - 49
        assert top >= 34
        assert bottom <= 842 - 24
