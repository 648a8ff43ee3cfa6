"""The look of our documents: A4 with a letterhead, sections, facts, tables and page numbers.

Pure, and the only module that draws. Whatever is written goes through `printable`, flows over pages
and stops nothing. The same calls make the same bytes: the time in the file is the one passed in,
and its identity is the hash of its content.
"""

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from syncd.evidence.directions import Part, parts_from_left
from syncd.evidence.fonts import FAMILY, add_fonts
from syncd.evidence.pictures import Picture, for_print, picture_size
from syncd.evidence.text import is_right_to_left, is_shaped, one_line, printable, runs_both_ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fpdf import FPDF

Colour = tuple[int, int, int]
Align = Literal["L", "R"]

MARGIN = 18.0
WIDTH = 210.0 - 2 * MARGIN
"""Millimetres, as every length here."""

INK: Colour = (33, 37, 41)
GREY: Colour = (108, 117, 125)
HAIRLINE: Colour = (214, 219, 224)

_HEIGHT = 297.0
_TOP_OF_LATER_PAGES = 25.0
_BOTTOM = 22.0
_GAP = 8.0
_LOGO = (55.0, 17.0)
_PICTURE_SIDE = 1600
_PICTURE_BYTES = 2_000_000
_TALLEST_ROW = 60.0
"""A fact that may be higher than this has a row of its own, where pages may part it."""
_MOST_WRAPPED = 2
_WIDEST, _USUAL = 3.4, 2.1
"""How wide letters are at the size of a fact, 9 points: the widest, and digits and capitals."""


@dataclass(frozen=True)
class Letterhead:
    """The contractor as printed; `colour` is #rrggbb, empty texts are left out."""

    name: str
    address: tuple[str, ...] = ()
    vat_number: str = ""
    logo: Picture | None = None
    colour: str = "#1f3a5f"


@dataclass(frozen=True)
class Fact:
    """A value with its label; facts without a value are not printed."""

    label: str
    value: str


class Paper:
    """One document on its way: written from top to bottom, then turned into bytes once."""

    def __init__(
        self,
        letterhead: Letterhead,
        *,
        title: str,
        number: str,
        made_at: datetime,
        cjk_font: Path | None,
    ) -> None:
        self._letterhead = letterhead
        self._colour = _parsed(letterhead.colour)
        self._running = f"{title} {one_line(number)}"
        self._pdf = _blank_document()
        self._is_shown = add_fonts(self._pdf, cjk_font)
        self._pdf.set_creation_date(made_at)
        self._pdf.set_title(self._fit(self._running))
        self._pdf.set_author(self._fit(letterhead.name))
        self._pdf.set_producer("syncd")
        self._pdf.add_page()
        self._pdf.set_top_margin(_TOP_OF_LATER_PAGES)
        self._letter_head()
        self._title(title, number)

    def section(self, title: str, *, needs: float = 12.0) -> None:
        """A heading, on the page where at least `needs` millimetres of what follows fit."""
        self.keep_together(9 + needs)
        self._down(4)
        self._write(title, size=10.5, is_bold=True, colour=self._colour)
        self._line(self._colour, width=0.3)
        self._down(2.2)

    def subsection(self, title: str, *, needs: float = 10.0) -> None:
        """A heading on a tinted strip, for one of several things of a kind."""
        from fpdf.util import Padding

        self.keep_together(8 + needs)
        self._pdf.set_fill_color(*_tint(self._colour))
        self._pdf.set_x(MARGIN)
        with self._lettering(9, is_bold=True, colour=INK, text=title) as fit:
            self._pdf.multi_cell(
                WIDTH,
                4.6,
                fit,
                align="R" if is_right_to_left(fit) else "L",
                fill=True,
                padding=Padding(1.2, 2, 1.2, 2),
                new_x="LEFT",
                new_y="NEXT",
            )
        self._down(1.8)

    def paragraph(self, text: str, *, colour: Colour = INK, is_bold: bool = False) -> None:
        """A text of any length, in the whole width."""
        for paragraph in self._fit(text.strip()).split("\n"):
            self._write(paragraph, colour=colour, is_bold=is_bold)
        self._down(1)

    def facts(self, facts: Sequence[Fact], *, columns: int = 2) -> None:
        """Labels and values in columns, read row by row; a long value takes several of them."""
        row: list[tuple[Fact, int]] = []
        for fact in (each for each in facts if each.value.strip()):
            span = _span(fact, columns)
            if sum(taken for _, taken in row) + span > columns:
                self._row_of_facts(row, columns)
                row = []
            row.append((fact, span))
        self._row_of_facts(row, columns)

    def picture(self, picture: Picture, *, width: float, height: float, is_framed: bool) -> bool:
        """A picture within this size; False, and nothing drawn, where it cannot be shown."""
        self.keep_together(height + 4)
        x, y = MARGIN, self._pdf.get_y()
        pad = 2.0 if is_framed else 0.0
        printed = self._place(picture, x + pad, y + pad, width - 2 * pad, height - 2 * pad)
        if printed is None:
            return False
        if is_framed:
            self._pdf.set_draw_color(*HAIRLINE)
            self._pdf.set_line_width(0.2)
            self._pdf.rect(x, y, width, height)
        self._pdf.set_y(y + (height if is_framed else printed) + 2)
        return True

    def table(self, head: tuple[str, str], rows: Sequence[tuple[str, str]]) -> None:
        """Rows of a text and an amount that stands on the right, under a head in our colour."""
        self.keep_together(20)
        y = self._pdf.get_y()
        self._pdf.set_fill_color(*self._colour)
        self._pdf.rect(MARGIN, y, WIDTH, 7, style="F")
        self._pdf.set_y(y + 1.3)
        self._amount_row(*head, is_bold=True, colour=_readable_on(self._colour), line_height=4.4)
        self._pdf.set_y(y + 8.5)
        for text, amount in rows:
            self.keep_together(9)
            self._amount_row(text, amount)
            self._down(1.2)
            self._line(HAIRLINE, width=0.2)
            self._down(1.5)

    def totals(self, rows: Sequence[tuple[str, str]]) -> None:
        """Right-hand rows of amounts, of which the last is the one that counts."""
        self.keep_together(8.0 * len(rows))
        for text, amount in rows[:-1]:
            self._amount_row(text, amount, left=MARGIN + WIDTH / 2)
            self._down(1.4)
        y = self._pdf.get_y()
        self._pdf.set_fill_color(*_tint(self._colour))
        self._pdf.rect(MARGIN + WIDTH / 2 - 3, y, WIDTH / 2 + 3, 9.5, style="F")
        self._pdf.set_y(y + 2.2)
        self._amount_row(
            *rows[-1],
            left=MARGIN + WIDTH / 2,
            is_bold=True,
            size=11,
            colour=self._colour,
            line_height=5,
        )
        self._pdf.set_y(y + 12)

    def keep_together(self, height: float) -> None:
        """Begin a new page unless this much is left of this one."""
        if self._pdf.will_page_break(height):
            self._pdf.add_page()

    def gap(self, height: float) -> None:
        """Blank space."""
        self._down(height)

    def as_bytes(self) -> bytes:
        """The finished PDF, with running heads and page numbers; nothing may be written after."""
        pages = self._pdf.page
        self._pdf.set_auto_page_break(False)
        for page in range(1, pages + 1):
            self._pdf.page = page
            self._running_lines(page, pages)
        return bytes(self._pdf.output())

    # -- the parts of a page

    def _letter_head(self) -> None:
        top = self._pdf.get_y()
        logo = self._letterhead.logo
        printed = self._place(logo, MARGIN, top, *_LOGO) if logo is not None else None
        if printed is None:
            self._write(
                one_line(self._letterhead.name),
                width=WIDTH * 0.55,
                size=15,
                is_bold=True,
                colour=self._colour,
                line_height=6.5,
            )
        bottom = max(self._pdf.get_y(), top + (printed or 0))
        self._pdf.set_y(top)
        if printed is not None:
            self._head_line(self._letterhead.name, is_bold=True)
        for line in self._letterhead.address:
            self._head_line(line)
        if self._letterhead.vat_number.strip():
            self._head_line(f"VAT number {self._letterhead.vat_number}")
        self._pdf.set_y(max(bottom, self._pdf.get_y()) + 3)
        self._line(self._colour, width=0.8)
        self._down(5)

    def _head_line(self, text: str, *, is_bold: bool = False) -> None:
        self._write(
            one_line(text),
            left=MARGIN + WIDTH * 0.58,
            width=WIDTH * 0.42,
            size=8,
            line_height=4,
            is_bold=is_bold,
            colour=INK if is_bold else GREY,
            align="R",
        )

    def _title(self, title: str, number: str) -> None:
        y = self._pdf.get_y()
        self._write(title, width=WIDTH * 0.45, size=19, is_bold=True, colour=INK, line_height=8.5)
        reached = self._pdf.get_y()
        self._pdf.set_y(y + 1.6)
        self._write(
            one_line(number),
            left=MARGIN + WIDTH * 0.45,
            width=WIDTH * 0.55,
            size=12,
            colour=self._colour,
            is_bold=True,
            align="R",
            line_height=6,
        )
        self._pdf.set_y(max(reached, self._pdf.get_y()) + 4)

    def _running_lines(self, page: int, pages: int) -> None:
        # fpdf2 writes a style only where it differs from the last one, which another page has.
        self._pdf.set_font(FAMILY, "", 1)
        self._pdf.set_text_color(*INK)
        self._pdf.set_draw_color(*INK)
        self._pdf.set_line_width(1)
        name = _short(one_line(self._letterhead.name))
        if page > 1:
            self._small_line(name, y=13, align="L")
            self._small_line(_short(self._running), y=13, align="R")
            self._pdf.set_y(18)
            self._line(HAIRLINE, width=0.2)
        self._pdf.set_y(_HEIGHT - 15)
        self._line(HAIRLINE, width=0.2)
        first = _short(self._running) if page == 1 else name
        self._small_line(first, y=_HEIGHT - 13, align="L")
        self._small_line(f"Page {page} of {pages}", y=_HEIGHT - 13, align="R")

    def _small_line(self, text: str, *, y: float, align: Align) -> None:
        half = WIDTH / 2
        left = MARGIN if align == "L" else MARGIN + half
        self._pdf.set_y(y)
        self._write(text, left=left, width=half, size=7.5, line_height=4, colour=GREY, align=align)

    def _row_of_facts(self, row: Sequence[tuple[Fact, int]], columns: int) -> None:
        highest = max((_height(fact, _width(span, columns)) for fact, span in row), default=0)
        # Only what has a row of its own may go over a page, and only that can be as high.
        self.keep_together(min(highest, _TALLEST_ROW))
        top = reached = self._pdf.get_y()
        left = MARGIN
        for fact, span in row:
            self._pdf.set_y(top)
            self._fact(fact, left=left, width=_width(span, columns))
            reached = max(reached, self._pdf.get_y()) if len(row) > 1 else self._pdf.get_y()
            left += _width(span, columns) + _GAP
        self._pdf.set_y(reached + 1.8 * bool(row))

    def _fact(self, fact: Fact, *, left: float, width: float) -> None:
        self._write(
            one_line(fact.label), left=left, width=width, size=7, colour=GREY, line_height=3.6
        )
        for paragraph in self._fit(fact.value.strip()).split("\n"):
            # Under its label on the left a name is found sooner, whatever its direction.
            side: Align | None = "L" if len(paragraph) * _USUAL < width else None
            self._write(paragraph, left=left, width=width, align=side)

    def _amount_row(
        self,
        text: str,
        amount: str,
        *,
        left: float = MARGIN,
        size: float = 9,
        colour: Colour = INK,
        is_bold: bool = False,
        line_height: float = 4.6,
    ) -> None:
        """The amount first: a text that goes over a page must not take it along."""
        width = MARGIN + WIDTH - left
        y = self._pdf.get_y()
        write = partial(
            self._write, size=size, colour=colour, is_bold=is_bold, line_height=line_height
        )
        write(amount, left=left + width - 38, width=36, align="R")
        self._pdf.set_y(y)
        write(one_line(text), left=left + 2, width=width - 42)

    # -- ink

    def _write(
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
        with self._lettering(size, is_bold=is_bold, colour=colour, text=text) as fit:
            self._pdf.set_x(left)
            side = align or ("R" if is_right_to_left(fit) else "L")
            if not runs_both_ways(fit):
                self._pdf.multi_cell(
                    width, line_height, fit, align=side, new_x="LEFT", new_y="NEXT"
                )
                return
            broken = self._pdf.multi_cell(width, line_height, fit, dry_run=True, output="LINES")
            for line in cast("list[str]", broken):
                self._write_both_ways(line, left, width, line_height=line_height, align=side)

    def _write_both_ways(
        self, line: str, left: float, width: float, *, line_height: float, align: Align
    ) -> None:
        """One line that runs both ways, part by part from the left."""
        self.keep_together(line_height)
        y = self._pdf.get_y()
        parts = parts_from_left(line.rstrip())
        widths = []
        for part in parts:
            self._shape(part)
            widths.append(self._pdf.get_string_width(part.text))
        x = left if align == "L" else left + width - sum(widths)
        for part, taken in zip(parts, widths, strict=True):
            self._shape(part)
            self._pdf.set_xy(x, y)
            self._pdf.cell(taken, line_height, part.text)
            x += taken
        self._pdf.set_xy(left, y + line_height)

    def _shape(self, part: Part) -> None:
        self._pdf.set_text_shaping(True, direction="rtl" if part.is_right_to_left else "ltr")

    @contextmanager
    def _lettering(
        self, size: float, *, is_bold: bool, colour: Colour, text: str
    ) -> "Iterator[str]":
        """Set the font for this text; what is yielded is the text as it can be printed."""
        fit = self._fit(text)
        self._pdf.set_font(FAMILY, "B" if is_bold else "", size)
        self._pdf.set_text_color(*colour)
        # Shaping costs five times the time, so only what needs it is shaped.
        self._pdf.set_text_shaping(is_shaped(fit))
        yield fit

    def _fit(self, text: str) -> str:
        return printable(text, self._is_shown)

    def _place(
        self, picture: Picture, x: float, y: float, width: float, height: float
    ) -> float | None:
        """Draw a picture into a box; its height on paper, None where it cannot be shown."""
        try:
            small = for_print(picture, longest_side=_PICTURE_SIDE, largest_bytes=_PICTURE_BYTES)
            across, down = picture_size(small)
            scale = min(width / across, height / down)
            self._pdf.image(BytesIO(small.content), x=x, y=y, w=across * scale, h=down * scale)
        except Exception:
            # It was decoded once already; a kind that the PDF cannot hold must not cost the rest.
            return None
        return down * scale

    def _line(self, colour: Colour, *, width: float) -> None:
        self._pdf.set_draw_color(*colour)
        self._pdf.set_line_width(width)
        y = self._pdf.get_y()
        self._pdf.line(MARGIN, y, MARGIN + WIDTH, y)

    def _down(self, height: float) -> None:
        self._pdf.set_y(self._pdf.get_y() + height)


def _blank_document() -> "FPDF":
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_margins(MARGIN, 15, MARGIN)
    pdf.c_margin = 0
    pdf.set_auto_page_break(True, margin=_BOTTOM)
    # "{nb}" in somebody's text is their text, not the number of pages.
    pdf.alias_nb_pages("")
    return pdf


def _width(span: int, columns: int) -> float:
    """How wide so many columns of that many are, with the gaps between them."""
    one = (WIDTH - _GAP * (columns - 1)) / columns
    return one * span + _GAP * (span - 1)


def _span(fact: Fact, columns: int) -> int:
    """How many columns a fact needs, so that no serial number is broken and no column is long."""
    lines = fact.value.strip().split("\n")
    longest_word = max(len(word) for line in lines for word in [*line.split(), ""])
    for span in range(1, columns):
        width = _width(span, columns)
        wrapped = sum(int(len(line) * _USUAL / width) for line in lines)
        is_roomy = longest_word * _USUAL <= width and wrapped <= _MOST_WRAPPED
        if is_roomy and _height(fact, width) <= _TALLEST_ROW:
            return span
    return columns


def _height(fact: Fact, width: float) -> float:
    """How high a fact will be, never less than it is."""
    letters = int(width / _WIDEST)
    rows = sum(1 + len(each) // letters for each in fact.value.strip().split("\n"))
    return 3.6 * (1 + len(fact.label) // letters) + 4.6 * rows + 1.8


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _parsed(colour: str) -> Colour:
    digits = colour.removeprefix("#")
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _tint(colour: Colour) -> Colour:
    red, green, blue = (round(255 - (255 - part) * 0.08) for part in colour)
    return red, green, blue


def _readable_on(colour: Colour) -> Colour:
    """White, or ink where the colour is too light for white letters."""
    red, green, blue = colour
    return (255, 255, 255) if 0.299 * red + 0.587 * green + 0.114 * blue < 160 else INK
