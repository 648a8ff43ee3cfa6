"""The pen: it writes fitting text, draws pictures and rules, and begins new pages. Pure.

Whatever is written goes through `printable`, and runs in the directions of its letters.
"""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, cast

from syncd.evidence.directions import Part, parts_from_left
from syncd.evidence.fonts import FAMILY, add_fonts
from syncd.evidence.layout import BOTTOM, INK, MARGIN, WIDTH, Align, Colour
from syncd.evidence.pictures import Picture, for_print, picture_size
from syncd.evidence.text import is_right_to_left, is_shaped, printable, runs_both_ways

if TYPE_CHECKING:
    from fpdf import FPDF

_PICTURE_SIDE = 1600
_PICTURE_BYTES = 2_000_000


class Pen:
    """Where a document is being written; `pdf` is fpdf2's, and knows the present height."""

    def __init__(self, cjk_font: Path | None) -> None:
        self.pdf = _blank_document()
        self._is_shown = add_fonts(self.pdf, cjk_font)

    def keep_together(self, height: float) -> None:
        """Begin a new page unless this much is left of this one."""
        if self.pdf.will_page_break(height):
            self.pdf.add_page()

    def write(
        self,
        text: str,
        *,
        left: float = MARGIN,
        width: float = WIDTH,
        size: float = 9,
        line_height: float = 4.6,
        colour: Colour = INK,
        is_bold: bool = False,
        align: Align | None = None,
    ) -> None:
        """One paragraph at the present height; the next is below it.

        Without `align` it begins where its direction begins.
        """
        fit = self.take_up(size, is_bold=is_bold, colour=colour, text=text)
        self.pdf.set_x(left)
        side = align or ("R" if is_right_to_left(fit) else "L")
        if not runs_both_ways(fit):
            self.pdf.multi_cell(width, line_height, fit, align=side, new_x="LEFT", new_y="NEXT")
            return
        broken = self.pdf.multi_cell(width, line_height, fit, dry_run=True, output="LINES")
        for line in cast("list[str]", broken):
            self._both_ways(line, left, width, line_height=line_height, align=side)

    def _both_ways(
        self, line: str, left: float, width: float, *, line_height: float, align: Align
    ) -> None:
        """One line that runs both ways, part by part from the left."""
        self.keep_together(line_height)
        y = self.pdf.get_y()
        parts = parts_from_left(line.rstrip())
        widths = []
        for part in parts:
            self._shape(part)
            widths.append(self.pdf.get_string_width(part.text))
        x = left if align == "L" else left + width - sum(widths)
        for part, taken in zip(parts, widths, strict=True):
            self._shape(part)
            self.pdf.set_xy(x, y)
            self.pdf.cell(taken, line_height, part.text)
            x += taken
        self.pdf.set_xy(left, y + line_height)

    def _shape(self, part: Part) -> None:
        self.pdf.set_text_shaping(True, direction="rtl" if part.is_right_to_left else "ltr")

    def take_up(self, size: float, *, is_bold: bool, colour: Colour, text: str) -> str:
        """Set the lettering for this text; returned is the text as it can be printed."""
        fit = self.fit(text)
        self.pdf.set_font(FAMILY, "B" if is_bold else "", size)
        self.pdf.set_text_color(*colour)
        # Shaping costs five times the time, so only what needs it is shaped.
        self.pdf.set_text_shaping(is_shaped(fit))
        return fit

    def fit(self, text: str) -> str:
        """The text as our fonts can show it."""
        return printable(text, self._is_shown)

    def picture(
        self, picture: Picture, x: float, y: float, width: float, height: float
    ) -> float | None:
        """Draw a picture into a box; its height on paper, None where it cannot be shown."""
        try:
            small = for_print(picture, longest_side=_PICTURE_SIDE, largest_bytes=_PICTURE_BYTES)
            across, down = picture_size(small)
            scale = min(width / across, height / down)
            self.pdf.image(BytesIO(small.content), x=x, y=y, w=across * scale, h=down * scale)
        except Exception:
            # It was decoded once already; a kind that the PDF cannot hold must not cost the rest.
            return None
        return down * scale

    def rule(self, colour: Colour, *, width: float) -> None:
        """A line across the page."""
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(width)
        y = self.pdf.get_y()
        self.pdf.line(MARGIN, y, MARGIN + WIDTH, y)

    def down(self, height: float) -> None:
        """Leave so much blank."""
        self.pdf.set_y(self.pdf.get_y() + height)


def _blank_document() -> "FPDF":
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_margins(MARGIN, 15, MARGIN)
    pdf.c_margin = 0
    pdf.set_auto_page_break(True, margin=BOTTOM)
    # "{nb}" in somebody's text is their text, not the number of pages.
    pdf.alias_nb_pages("")
    return pdf
