"""The fonts of our documents: DejaVu Sans, which we bring, and one for Chinese, Japanese, Korean.

DejaVu has Latin with every accent, Greek, Cyrillic, Hebrew and Arabic. A font for CJK would be ten
times as large as all of syncd, so one of the system is used where the caller names it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

FAMILY = "dejavu"

_OURS = Path(__file__).parent / "fonts"
_CJK = "cjk"
_CJK_PLACES = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/System/Library/Fonts/PingFang.ttc",
)
"""Where Debian, Fedora, Arch and macOS keep theirs."""


def usual_cjk_font() -> Path | None:
    """A CJK font where systems usually keep one; None where this one has none."""
    return next((Path(place) for place in _CJK_PLACES if Path(place).is_file()), None)


def add_fonts(pdf: "FPDF", cjk_font: Path | None) -> Callable[[str], bool]:
    """Give a document its fonts; returned is whether one of them shows a character.

    A CJK font that cannot be read is done without: its characters are then shown as replaced.
    """
    pdf.add_font(FAMILY, "", _OURS / "DejaVuSans.ttf")
    pdf.add_font(FAMILY, "B", _OURS / "DejaVuSans-Bold.ttf")
    families = [FAMILY]
    if cjk_font is not None and _is_added(pdf, cjk_font):
        families.append(_CJK)
    pdf.set_fallback_fonts(families, exact_match=False)
    shown: set[int] = set()
    for font in pdf.fonts.values():
        shown.update(getattr(font, "cmap", ()))
    return lambda character: ord(character) in shown


def _is_added(pdf: "FPDF", font: Path) -> bool:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    try:
        # fpdf2 leaves a file open that it cannot read, so it is tried first.
        with font.open("rb") as opened:
            TTFont(opened, fontNumber=0, lazy=True).getBestCmap()
        pdf.add_font(_CJK, "", font)
    except Exception:
        # A file of the system, of which we know nothing; fontTools raises whatever it stumbles on.
        pdf.fonts.pop(_CJK, None)
        return False
    return True
