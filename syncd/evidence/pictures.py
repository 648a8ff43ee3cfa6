"""Pictures from outside: recognised by content, checked, and made fit to be sent and printed.

Pure. No picture is believed: what cannot be decoded, is too large, or unpacks to more than a
camera takes is `BadEvidence`, whose reason says nothing personal.
"""

from dataclasses import dataclass
from io import BytesIO

from syncd.errors import BadEvidence

LARGEST_BYTES = 10 * 1024 * 1024
"""What AgentOS takes as one document."""

LARGEST_PIXELS = 40_000_000
"""No camera of a phone takes more; what claims more is made to fill a memory."""

_KEPT = {"image/jpeg": "jpg", "image/png": "png"}
_CONVERTED = frozenset({"image/webp", "image/gif"})
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


@dataclass(frozen=True)
class Picture:
    """A JPEG or PNG that can be decoded; `extension` is "jpg" or "png", without a dot."""

    content: bytes
    extension: str

    @property
    def media_type(self) -> str:
        """`image/jpeg` or `image/png`."""
        return "image/jpeg" if self.extension == "jpg" else "image/png"

    def __repr__(self) -> str:
        return f"Picture({self.extension}, {len(self.content)} bytes)"


def read_picture(content: bytes) -> Picture:
    """The picture that these bytes are: JPEG and PNG byte for byte, WebP and GIF as a PNG.

    The first picture stands for an animation. BadEvidence where the bytes are no such picture.
    """
    import filetype  # type: ignore[import-untyped]

    if len(content) > LARGEST_BYTES:
        raise BadEvidence(f"the picture is larger than {LARGEST_BYTES // 1024 // 1024} MB")
    media_type = filetype.guess_mime(content) or ""
    if media_type in _KEPT:
        _as_png(content, is_wanted=False)
        return Picture(content, _KEPT[media_type])
    if media_type in _CONVERTED:
        return Picture(_small_enough(_as_png(content, is_wanted=True)), "png")
    found = f"it is {media_type}" if media_type else "it is no kind of file that is known"
    raise BadEvidence(f"not a JPEG, PNG, WebP or GIF picture: {found}")


def for_print(picture: Picture, *, longest_side: int, largest_bytes: int) -> Picture:
    """The picture as it is where it is small enough for paper, else scaled down to a JPEG.

    What a camera turned on its side is turned upright; transparent parts of what is scaled down
    become white.
    """
    from PIL import Image, ImageOps

    with Image.open(BytesIO(picture.content), formats=_FORMATS) as opened:
        is_upright = opened.getexif().get(0x0112, 1) == 1
        is_small = max(opened.size) <= longest_side and len(picture.content) <= largest_bytes
        if is_upright and is_small:
            return picture
        turned = ImageOps.exif_transpose(opened)
        turned.thumbnail((longest_side, longest_side))
        layered = turned.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        printed = BytesIO()
        Image.alpha_composite(paper, layered).convert("RGB").save(printed, "JPEG", quality=85)
        return Picture(printed.getvalue(), "jpg")


def picture_size(picture: Picture) -> tuple[int, int]:
    """Width and height in pixels."""
    from PIL import Image

    with Image.open(BytesIO(picture.content), formats=_FORMATS) as opened:
        return opened.size


def _as_png(content: bytes, *, is_wanted: bool) -> bytes:
    """Decode every pixel, to know that they are there; the PNG of them where it is wanted."""
    from PIL import Image

    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            if picture.width * picture.height > LARGEST_PIXELS:
                raise Image.DecompressionBombError
            picture.load()
            converted = BytesIO()
            if is_wanted:
                picture.convert("RGBA").save(converted, "PNG")
            return converted.getvalue()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadEvidence(f"the picture has more than {LARGEST_PIXELS:,} pixels") from None
    except MemoryError:
        raise
    except Exception:
        # A decoder that meets made-up bytes raises whatever it stumbles over; and its words may
        # quote them.
        raise BadEvidence("the picture is damaged: it cannot be decoded") from None


def _small_enough(content: bytes) -> bytes:
    if len(content) > LARGEST_BYTES:
        raise BadEvidence("the picture is too large once it is converted to PNG")
    return content
