"""Signatures out of LetsJobIt's text: every spelling of base64, pictures only, nothing huge."""

import base64
import random
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from syncd.errors import BadEvidence
from syncd.evidence.pictures import LARGEST_BYTES
from syncd.evidence.signature import decode_signature
from tests.evidence.made import encoded, scribble

JPEG = encoded(scribble(), "JPEG")
PNG = encoded(scribble(), "PNG")


def in_lines(text: str) -> str:
    """The text as mail programs break it."""
    return "\r\n".join(text[place : place + 76] for place in range(0, len(text), 76))


SPELLINGS = {
    "plain": lambda content: base64.b64encode(content).decode(),
    "URL-safe": lambda content: base64.urlsafe_b64encode(content).decode(),
    "unpadded": lambda content: base64.b64encode(content).decode().rstrip("="),
    "in lines": lambda content: in_lines(base64.b64encode(content).decode()) + "\n",
    "data address": lambda content: "data:image/png;base64," + base64.b64encode(content).decode(),
    "loud data address": lambda content: (
        " DATA:image/jpeg;charset=x;BASE64,\t" + base64.b64encode(content).decode()
    ),
    "everything": lambda content: (
        "data:;base64," + in_lines(base64.urlsafe_b64encode(content).decode().rstrip("="))
    ),
}


@pytest.mark.parametrize(
    ("content", "extension"), [(JPEG, "jpg"), (PNG, "png")], ids=["jpg", "png"]
)
@pytest.mark.parametrize("spelt", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_gives_the_same_bytes(content, extension, spelt) -> None:
    """JPEG and PNG come out byte for byte, and what they are is told by their content alone."""
    picture = decode_signature(spelt(content))
    assert (picture.content, picture.extension) == (content, extension)


@given(st.binary(max_size=40))
def test_trailing_bytes_survive(tail: bytes) -> None:
    """Whatever follows the picture in its file is kept, so every length of base64 is read."""
    spelt = base64.urlsafe_b64encode(JPEG + tail).decode().rstrip("=")
    assert decode_signature(spelt).content == JPEG + tail


@pytest.mark.parametrize("kind", ["WEBP", "GIF"])
def test_other_pictures_become_png(kind: str) -> None:
    """WebP and GIF are converted to a PNG of the same size, the same one every time."""
    spelt = base64.b64encode(encoded(scribble(), kind)).decode()
    picture = decode_signature(spelt)
    with Image.open(BytesIO(picture.content)) as opened:
        assert (opened.format, opened.size) == ("PNG", (420, 150))
    assert (picture.extension, picture.media_type) == ("png", "image/png")
    assert decode_signature(spelt) == picture


@pytest.mark.parametrize("nothing", [None, "", " \n"])
def test_no_signature_is_no_fault(nothing: str | None) -> None:
    """A visit that was closed without a signature has none."""
    assert decode_signature(nothing) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("not base64 at all!", "the signature is not base64"),
        ("AAAAA", "the signature is not base64"),
        ("data:image/png;base64,", "the signature is not base64"),
        ("data:image/png,%89PNG", "the signature is a data: address that is not in base64"),
        ("/9j/=AAQ", "the signature is not base64"),
        (
            "Sm8gU2FtcGxl",
            "not a JPEG, PNG, WebP or GIF picture: it is no kind of file that is known",
        ),
        (
            base64.b64encode(b"%PDF-1.7\n" + bytes(300)).decode(),
            "not a JPEG, PNG, WebP or GIF picture: it is application/pdf",
        ),
        (base64.b64encode(JPEG[:60]).decode(), "the picture is damaged: it cannot be decoded"),
        (base64.b64encode(PNG[:90]).decode(), "the picture is damaged: it cannot be decoded"),
    ],
)
def test_what_is_no_picture_is_refused(text: str, reason: str) -> None:
    """Anything else is bad evidence, with one line of reason that quotes nothing of it."""
    with pytest.raises(BadEvidence) as refused:
        decode_signature(text)
    assert (refused.value.message, refused.value.code) == (reason, "bad_evidence")


def test_a_huge_signature_is_refused() -> None:
    """What is larger than AgentOS takes is refused before it is decoded."""
    huge = base64.b64encode(JPEG + bytes(LARGEST_BYTES)).decode()
    with pytest.raises(BadEvidence, match="larger than 10 MB"):
        decode_signature(huge)


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_picture_that_unpacks_to_a_memory_full_is_refused(kind: str) -> None:
    """A small file that claims millions of pixels is refused."""
    bomb = encoded(Image.new("1", (9000, 9000)), kind)
    assert len(bomb) < 400_000
    with pytest.raises(BadEvidence, match="40,000,000 pixels"):
        decode_signature(base64.b64encode(bomb).decode())


@pytest.mark.parametrize("side", [12_000, 20_000])
def test_larger_bombs_are_refused_alike(side: int) -> None:
    """Where Pillow itself warns or refuses, the answer is the same."""
    bomb = encoded(Image.new("1", (side, side)), "PNG")
    with pytest.raises(BadEvidence, match="40,000,000 pixels"):
        decode_signature(base64.b64encode(bomb).decode())


@pytest.mark.parametrize(
    "content", [JPEG, PNG, encoded(scribble(), "GIF"), encoded(scribble(), "WEBP")]
)
def test_damage_never_raises_anything_else(content: bytes) -> None:
    """Whatever is wrong inside a picture, it is a picture or bad evidence."""
    chance = random.Random(7)
    for _ in range(60):
        damaged = bytearray(content[: chance.randrange(20, len(content))])
        for _ in range(chance.randrange(12)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with suppress(BadEvidence):
            assert decode_signature(base64.b64encode(damaged).decode()).content


@given(st.text(max_size=200))
def test_any_text_is_a_picture_or_bad_evidence(text: str) -> None:
    """No text raises anything else."""
    with suppress(BadEvidence):
        assert decode_signature(text) is None or text.strip()
