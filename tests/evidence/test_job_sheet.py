"""The job sheet as an independent reader finds it: everything there, nothing that stops it."""

import base64
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from syncd.evidence.job_sheet import job_sheet_pdf
from syncd.evidence.pictures import Picture
from tests.evidence import made
from tests.evidence.reading import embedded_fonts, jpegs_of, read, shapes_of, text_of

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=120)


@pytest.fixture(scope="module")
def printed() -> bytes:
    """The job sheet of an ordinary visit."""
    return job_sheet_pdf(made.sheet())


@pytest.mark.parametrize(
    "shown",
    [
        "Granite City Heating Ltd",
        "Unit 4, Harbour Yard",
        "VAT number GB 999 9999 73",
        "Job sheet H-017623",
        "Northgate Lettings Aberdeen West End",
        "Boiler keeps losing pressure",
        "Flat 2/1, 99 Example Street Aberdeen AB10 0ZZ",
        "Planned for 24 March 2026",
        "Closed 24 March 2026, 15:45 GMT",
        "Engineer Liam Example",
        "The tenant has topped it up four times.",
        "Boiler loses pressure Location Kitchen cupboard Brand Vaillant Model ecoTEC plus 832",
        "Serial number 21-09-0010020389-3100-008765-N4 Quantity 1",
        "Pressure after (bar) 1.4",
        "Invoice total 180.00",
        "Thermostatic radiator valve 15 mm Brand Drayton Model TRV4 Quantity 2",
        "Remarks Please watch the pressure for a week.",
        "Signed by Jo Sample",
        "5 of 5",
        "Page 1 of 2",
        "Page 2 of 2",
    ],
)
def test_everything_of_the_visit_is_on_it(printed: bytes, shown: str) -> None:
    """Who, where, when, what was reported, what was done with which equipment, and who signed."""
    assert shown in text_of(printed)


def test_fields_that_were_not_filled_in_are_left_out(printed: bytes) -> None:
    """An empty field is not printed, not even its caption."""
    assert "Notes" not in text_of(printed)
    assert "Not carried out" not in text_of(printed)


def test_it_is_a4_with_our_fonts_inside(printed: bytes) -> None:
    """Every page is A4, and every font it uses is in the file."""
    pages = read(printed).pages
    assert {tuple(map(round, page.mediabox[2:])) for page in pages} == {(595, 842)}
    assert embedded_fonts(printed) == {"DejaVuSansBook", "DejaVuSansBold"}


def test_the_file_says_what_it_is(printed: bytes) -> None:
    """Title, author and time in the file are the job sheet's, the contractor's and the visit's."""
    about = read(printed).metadata
    assert (about.title, about.author) == ("Job sheet H-017623", "Granite City Heating Ltd")
    assert about.creation_date == datetime(2026, 3, 24, 15, 45, tzinfo=UTC)


def test_a_jpeg_signature_is_embedded_byte_for_byte(printed: bytes) -> None:
    """The signature on the sheet is the very file that LetsJobIt held."""
    assert jpegs_of(printed) == [made.signature().content]


def test_a_png_signature_is_embedded_dot_for_dot() -> None:
    """A PNG signature keeps every dot."""
    signed = Picture(made.encoded(made.scribble(), "PNG"), "png")
    sheet = made.sheet(contractor=made.contractor(), signature=signed, lines=())
    (drawn,) = (picture for page in read(job_sheet_pdf(sheet)).pages for picture in page.images)
    assert drawn.image.convert("RGB").tobytes() == made.scribble().tobytes()


def test_times_are_the_agencys() -> None:
    """In summer the agency's clocks are an hour ahead of UTC, and the sheet says which they are."""
    at = datetime(2026, 7, 31, 23, 30, tzinfo=UTC)
    assert "Closed 1 August 2026, 00:30 BST" in text_of(job_sheet_pdf(made.sheet(closed_at=at)))


def test_no_signature_is_said() -> None:
    """A visit that was closed without a signature says so and shows no rating."""
    text = text_of(job_sheet_pdf(made.unsigned_sheet()))
    assert "This visit was closed without a signature." in text
    assert "of 5" not in text


def test_a_bad_signature_is_said() -> None:
    """A signature that cannot be used is not passed over in silence."""
    sheet = made.sheet(signature=None, signature_problem="the signature is not base64")
    text = text_of(job_sheet_pdf(sheet))
    assert "The signature cannot be shown: the signature is not base64." in text
    assert "without a signature" not in text


def test_a_skipped_visit_says_why() -> None:
    """The reason of a visit that was not carried out is printed as it is."""
    assert "Not carried out because 7" in text_of(job_sheet_pdf(made.sheet(skip_reason="7")))


def test_a_long_description_flows_over_pages() -> None:
    """Every word of five pages is there, and every page has its number."""
    sheet = made.long_sheet()
    document = job_sheet_pdf(sheet)
    text = text_of(document)
    assert len(read(document).pages) == 6
    assert all(f"Page {number} of 6" in text for number in range(1, 7))
    assert text.count("the plaster has begun to bulge") == 32 * 4


def test_200_kilobytes_of_text_are_all_printed() -> None:
    """A description without end fills pages and stops nothing."""
    words = " ".join(f"w{number}" for number in range(30_000))
    text = text_of(job_sheet_pdf(made.sheet(description=words, lines=())))
    assert all(f"w{number} " in text for number in range(0, 30_000, 97))


@pytest.mark.parametrize(
    "changes",
    [
        {"remarks": "x" * 20_000},
        {"job_title": "long " * 2_000},
        {"visit_number": "9" * 3_000},
        {"agency": "line\n" * 300},
        {"address": ("far away " * 900,)},
        {"signatory": "Z" * 5_000},
        {"contractor": made.contractor(name="Ltd " * 500, address=("road " * 200,) * 9)},
        {"lines": (made.line(description="d" * 9_000, model="m" * 9_000),)},
        {"lines": (made.line(replace(made.entry("v" * 9_000), caption="c" * 9_000)),)},
        {"lines": (made.line(),) * 200},
    ],
    ids=[
        "remarks",
        "title",
        "number",
        "agency",
        "address",
        "signatory",
        "letterhead",
        "line",
        "field",
        "lines",
    ],
)
def test_no_length_stops_it(changes: dict[str, object]) -> None:
    """Any text may be of any length: pages follow pages, and the end of the sheet is there."""
    document = job_sheet_pdf(made.sheet(**changes))
    pages = len(read(document).pages)
    text = text_of(document)
    assert f"Page {pages} of {pages}" in text
    assert "Rating ★★★★★ 5 of 5" in text


def test_accents_and_alphabets_are_printed() -> None:
    """Polish, Greek and Cyrillic come back letter by letter."""
    text = text_of(job_sheet_pdf(made.foreign_sheet()))
    assert all(told in text for told in (made.POLISH, made.GREEK, made.CYRILLIC, "Łukasz Przykład"))


def test_arabic_is_shaped() -> None:
    """One letter three times is drawn in three shapes, for the start, the middle and the end."""
    alone, joined = (
        shapes_of(job_sheet_pdf(made.sheet(description="\u0628" * times))) for times in (1, 3)
    )
    assert len(joined) == len(alone) + 2


def test_what_no_font_has_is_replaced() -> None:
    """Emoji, controls and CJK without a font are each a visible sign, and the rest is printed."""
    assert "\ufffd\ufffd \ufffd \ufffd done" in text_of(job_sheet_pdf(made.foreign_sheet()))


def test_placeholders_of_the_library_are_plain_text() -> None:
    """Nobody's text is taken for a page count, markup or a break."""
    told = "{nb} **bold** __under__ --strike-- \f new [link](x) <b>tag</b>"
    text = text_of(job_sheet_pdf(made.sheet(description=told)))
    assert "{nb} **bold** __under__ --strike-- new [link](x) <b>tag</b>" in text


@settings(max_examples=25)
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_no_text_stops_it(first: str, second: str, third: str) -> None:
    """Whatever characters anybody typed anywhere, there is a document, and it can be read."""
    sheet = made.sheet(
        contractor=made.contractor(name=third, address=(first, second)),
        job_title=first,
        visit_number=second,
        description=third,
        address=(first, third),
        engineer=second,
        lines=(made.line(replace(made.entry(first), caption=second), description=third),),
        signatory=third,
        remarks=first,
    )
    assert "Sign-off" in text_of(job_sheet_pdf(sheet))


def test_pictures_in_fields_are_shown_not_spelt() -> None:
    """A photo in a custom field is printed as a picture; its base64 is not."""
    photo = base64.b64encode(made.encoded(made.scribble((800, 600)), "JPEG")).decode()
    fields = (made.entry(photo, name="photo"), made.entry("data:image/png;base64,AAAA", name="bad"))
    document = job_sheet_pdf(made.sheet(lines=(made.line(*fields),), signature=None))
    assert base64.b64decode(photo) in jpegs_of(document)
    assert "Bad a picture that cannot be shown" in text_of(document)
    assert photo[:40] not in text_of(document)


def test_many_large_photos_stay_small_enough_to_send() -> None:
    """Photos of a camera are scaled down: the sheet stays far below what AgentOS takes."""
    noise = Image.effect_noise((3000, 2000), 90).convert("RGB")
    photo = base64.b64encode(made.encoded(noise, "JPEG")).decode()
    fields = [made.entry(photo, name=f"photo_{number}") for number in range(3)]
    assert len(job_sheet_pdf(made.sheet(lines=(made.line(*fields),)))) < 6_000_000


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_picture_prints(mode: str) -> None:
    """Grey, palette, transparent, for printers, of 16 bits: each is drawn, or said not to be."""
    kind = "JPEG" if mode == "CMYK" else "PNG"
    picture = Picture(made.encoded(Image.new(mode, (60, 30)), kind), kind.lower()[:3])
    document = job_sheet_pdf(made.sheet(signature=picture, contractor=made.contractor(), lines=()))
    drawn = [image for page in read(document).pages for image in page.images]
    assert len(drawn) == 1
    assert "cannot be shown" not in text_of(document)


def test_a_broken_logo_leaves_the_name(printed: bytes) -> None:
    """A logo that cannot be drawn costs nothing but itself."""
    broken = made.contractor(logo=Picture(b"no picture", "png"))
    assert "Granite City Heating Ltd" in text_of(job_sheet_pdf(made.sheet(contractor=broken)))


@pytest.fixture
def cjk_font(tmp_path: Path) -> Path:
    """A font with two characters of Japanese, as a system might have a large one."""
    pen = TTGlyphPen(None)
    for point in ((0, 0), (0, 900), (900, 900), (900, 0)):
        (pen.moveTo if point == (0, 0) else pen.lineTo)(point)
    pen.closePath()
    square = pen.glyph()
    names = [".notdef", "east", "capital"]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord("東"): "east", ord("京"): "capital"})
    font.setupGlyf(dict.fromkeys(names, square))
    font.setupHorizontalMetrics(dict.fromkeys(names, (1000, 50)))
    font.setupHorizontalHeader(ascent=900, descent=-100)
    font.setupNameTable({"familyName": "Square", "styleName": "Regular"})
    font.setupOS2(sTypoAscender=900, usWinAscent=900)
    font.setupPost()
    font.save(tmp_path / "square.ttf")
    return tmp_path / "square.ttf"


def test_a_cjk_font_is_used_where_the_system_has_one(cjk_font: Path) -> None:
    """Its characters are printed, in bold headings too; those that it lacks are replaced."""
    sheet = made.sheet(description="東京都", lines=(made.line(description="京"),))
    document = job_sheet_pdf(sheet, cjk_font=cjk_font)
    assert "Reported 東京\ufffd Work" in text_of(document)
    assert "京 Quantity" in text_of(document)
    assert any("Square" in font for font in embedded_fonts(document))


def test_a_cjk_font_that_is_none_is_done_without(tmp_path: Path) -> None:
    """A file that is no font, or is not there, costs the characters and not the document."""
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    for name in ("broken.ttf", "absent.ttf", "readme.txt"):
        document = job_sheet_pdf(made.sheet(description="東"), cjk_font=tmp_path / name)
        assert "Reported \ufffd Work" in text_of(document)
