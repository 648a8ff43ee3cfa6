"""Photos in the custom fields of a closed visit: found, named, and judged by their own bytes."""

import base64
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from syncd.errors import BadEvidence
from syncd.evidence.photos import photo_stem, read_photo, read_stem, visit_photos
from syncd.letsjobit.wire import Visit


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    """A picture of this size."""
    made = io.BytesIO()
    Image.new("RGB", (width, height), "green").save(made, kind)
    return made.getvalue()


def visit_with(**values: object) -> Visit:
    """A closed visit with these custom fields."""
    fields = [{"name": name, "value": value} for name, value in values.items()]
    return Visit.model_validate({"lines": [{"actionItem": 1, "extraData": fields}]})


TEXT = base64.b64encode(picture(640, 480)).decode()


def test_only_the_named_fields_hold_photos() -> None:
    """Another field's picture is for the job sheet alone."""
    visit = visit_with(front=TEXT, sketch=TEXT)
    assert [each.name for each in visit_photos(visit, ["front"])] == ["front"]
    assert visit_photos(visit, []) == ()


@pytest.mark.parametrize(
    "other",
    [
        f"data:image/png;base64,{TEXT}",
        TEXT.rstrip("="),
        TEXT.replace("+", "-").replace("/", "_"),
        [TEXT, TEXT],
    ],
    ids=["data", "unpadded", "url-safe", "list"],
)
def test_a_picture_is_one_photo_in_every_spelling(other: object) -> None:
    """What it is called depends on its bytes alone."""
    (photo,) = visit_photos(visit_with(front=TEXT, back=other), ["front", "back"])
    assert photo.read().content == picture(640, 480)


@pytest.mark.parametrize("nothing", ["", "  ", None, False, []])
def test_an_empty_field_holds_no_photo(nothing: object) -> None:
    """Nor does a list without anything in it."""
    assert visit_photos(visit_with(front=nothing), ["front"]) == ()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("not base64!", "not base64"),
        (base64.b64encode(b"%PDF-1.7 no picture").decode(), "not a JPEG"),
        (base64.b64encode(picture(400, 239)).decode(), "at least 320 × 240"),
        (base64.b64encode(picture(12_001, 300)).decode(), "12000 a side is most"),
        ("A" * 14_000_000, "larger than 10 MB"),
        (17, "not a JPEG"),
    ],
    ids=["text", "pdf", "small", "long", "huge", "number"],
)
def test_what_cannot_be_shown_is_bad_evidence(value: object, words: str) -> None:
    """With a reason that quotes nothing of it."""
    (photo,) = visit_photos(visit_with(front=value), ["front"])
    with pytest.raises(BadEvidence, match=words):
        photo.read()


def test_a_picture_may_stand_on_its_side() -> None:
    """The least size holds either way round."""
    assert read_photo(picture(240, 320)).extension == "png"


@given(st.text(min_size=1), st.from_regex(r"[0-9a-f]{8}", fullmatch=True))
def test_a_name_of_ours_is_known_again(doc_no: str, sha8: str) -> None:
    """With either extension, and without one; a stranger's name is none."""
    jpg, png = (f"{photo_stem(doc_no, sha8)}.{each}" for each in ("jpg", "png"))
    assert read_stem(jpg) == read_stem(png) == read_stem(jpg.removesuffix(".jpg"))
    assert read_stem(jpg) is not None
    assert read_stem(f"kitchen-{sha8}.jpg") is None
