"""Pictures made fit for paper, and what they show of themselves."""

from io import BytesIO

from PIL import Image

from syncd.evidence.pictures import Picture, for_print, picture_size, read_picture
from tests.evidence.made import encoded, scribble


def test_a_picture_shows_no_content() -> None:
    """A picture in a log or a failing test says its kind and size only."""
    assert repr(Picture(b"secret ink", "jpg")) == "Picture(jpg, 10 bytes)"


def test_a_small_picture_is_printed_as_it_is() -> None:
    """What is small enough goes to paper byte for byte."""
    picture = read_picture(encoded(scribble(), "JPEG"))
    assert for_print(picture, longest_side=1600, largest_bytes=2_000_000) is picture


def test_a_large_picture_is_printed_smaller() -> None:
    """What a camera took is scaled down, so that the document stays small enough to be sent."""
    picture = read_picture(encoded(scribble((4000, 1000)), "PNG"))
    printed = for_print(picture, longest_side=1600, largest_bytes=2_000_000)
    assert (picture_size(printed), printed.extension) == ((1600, 400), "jpg")


def test_a_turned_picture_is_printed_upright() -> None:
    """A photo that says it was taken on its side is turned; the PDF would not turn it."""
    turned, side = BytesIO(), Image.Exif()
    side[0x0112] = 6
    scribble((400, 100)).save(turned, "JPEG", exif=side)
    printed = for_print(read_picture(turned.getvalue()), longest_side=1600, largest_bytes=2_000_000)
    assert picture_size(printed) == (100, 400)
