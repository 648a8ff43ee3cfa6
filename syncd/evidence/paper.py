"""Our documents: A4 with a letterhead, sections, facts, tables and page numbers. Pure.

Everything flows over pages and nothing stops it. The same calls make the same bytes: the time in
the file is the one passed in, and its identity is the hash of its content.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from syncd.errors import BadEvidence
from syncd.evidence.first_page import draw_first_page
from syncd.evidence.fonts import FAMILY
from syncd.evidence.layout import (
    GAP,
    GREY,
    HAIRLINE,
    HEIGHT,
    INK,
    LOGO,
    MARGIN,
    TOP_OF_LATER_PAGES,
    USUAL,
    WIDTH,
    Align,
    Colour,
    Fact,
    Letterhead,
    height_of,
    parsed,
    readable_on,
    span_of,
    tint,
    width_of,
)
from syncd.evidence.pen import Pen
from syncd.evidence.pictures import Picture
from syncd.evidence.text import is_right_to_left, one_line


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
        self._colour = parsed(letterhead.colour)
        self._running = f"{title} {one_line(number)}"
        self._pen = Pen(cjk_font)
        self._pdf = self._pen.pdf
        self._pdf.set_creation_date(made_at)
        self._pdf.set_title(self._pen.fit(self._running))
        self._pdf.set_author(self._pen.fit(letterhead.name))
        self._pdf.set_producer("syncd")
        self._pdf.add_page()
        self._pdf.set_top_margin(TOP_OF_LATER_PAGES)
        self._letter_head()
        self._title(title, number)

    def section(self, title: str, *, needs: float = 12.0) -> None:
        """A heading, on the page where at least `needs` millimetres of what follows fit."""
        self._pen.keep_together(9 + needs)
        self._pen.down(4)
        self._pen.write(title, size=10.5, is_bold=True, colour=self._colour)
        self._pen.rule(self._colour, width=0.3)
        self._pen.down(2.2)

    def subsection(self, title: str, *, needs: float = 10.0) -> None:
        """A heading on a tinted strip, for one of several things of a kind."""
        from fpdf.util import Padding

        self._pen.keep_together(8 + needs)
        self._pdf.set_fill_color(*tint(self._colour))
        self._pdf.set_x(MARGIN)
        fit = self._pen.take_up(9, is_bold=True, colour=INK, text=title)
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
        self._pen.down(1.8)

    def paragraph(self, text: str, *, colour: Colour = INK, is_bold: bool = False) -> None:
        """A text of any length, in the whole width."""
        for paragraph in self._pen.fit(text.strip()).split("\n"):
            self._pen.write(paragraph, colour=colour, is_bold=is_bold)
        self._pen.down(1)

    def facts(self, facts: Sequence[Fact], *, columns: int = 2) -> None:
        """Labels and values in columns, read row by row; a long value takes several of them."""
        row: list[tuple[Fact, int]] = []
        for fact in (each for each in facts if each.value.strip()):
            span = span_of(fact, columns)
            if sum(taken for _, taken in row) + span > columns:
                self._row_of_facts(row, columns)
                row = []
            row.append((fact, span))
        self._row_of_facts(row, columns)

    def picture(self, picture: Picture, *, width: float, height: float, is_framed: bool) -> bool:
        """A picture within this size; False, and nothing drawn, where it cannot be shown."""
        self._pen.keep_together(height + 4)
        x, y = MARGIN, self._pdf.get_y()
        pad = 2.0 if is_framed else 0.0
        printed = self._pen.picture(picture, x + pad, y + pad, width - 2 * pad, height - 2 * pad)
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
        self._pen.keep_together(20)
        y = self._pdf.get_y()
        self._pdf.set_fill_color(*self._colour)
        self._pdf.rect(MARGIN, y, WIDTH, 7, style="F")
        self._pdf.set_y(y + 1.3)
        self._amount_row(*head, is_bold=True, colour=readable_on(self._colour), line_height=4.4)
        self._pdf.set_y(y + 8.5)
        for text, amount in rows:
            self._pen.keep_together(9)
            self._amount_row(text, amount)
            self._pen.down(1.2)
            self._pen.rule(HAIRLINE, width=0.2)
            self._pen.down(1.5)

    def totals(self, rows: Sequence[tuple[str, str]]) -> None:
        """Right-hand rows of amounts, of which the last is the one that counts."""
        self._pen.keep_together(8.0 * len(rows))
        for text, amount in rows[:-1]:
            self._amount_row(text, amount, left=MARGIN + WIDTH / 2)
            self._pen.down(1.4)
        y = self._pdf.get_y()
        self._pdf.set_fill_color(*tint(self._colour))
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

    def gap(self, height: float) -> None:
        """Blank space."""
        self._pen.down(height)

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
        printed = self._pen.picture(logo, MARGIN, top, *LOGO) if logo is not None else None
        if printed is None:
            self._pen.write(
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
        self._pen.rule(self._colour, width=0.8)
        self._pen.down(5)

    def _head_line(self, text: str, *, is_bold: bool = False) -> None:
        self._pen.write(
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
        self._pen.write(
            title, width=WIDTH * 0.45, size=19, is_bold=True, colour=INK, line_height=8.5
        )
        reached = self._pdf.get_y()
        self._pdf.set_y(y + 1.6)
        self._pen.write(
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
            self._pen.rule(HAIRLINE, width=0.2)
        self._pdf.set_y(HEIGHT - 15)
        self._pen.rule(HAIRLINE, width=0.2)
        first = _short(self._running) if page == 1 else name
        self._small_line(first, y=HEIGHT - 13, align="L")
        self._small_line(f"Page {page} of {pages}", y=HEIGHT - 13, align="R")

    def _small_line(self, text: str, *, y: float, align: Align) -> None:
        half = WIDTH / 2
        left = MARGIN if align == "L" else MARGIN + half
        fit = self._pen.take_up(7.5, is_bold=False, colour=GREY, text=text)
        while self._pdf.get_string_width(fit) > half - 2:
            fit = f"{fit[:-2]}…"
        self._pdf.set_y(y)
        self._pen.write(
            fit, left=left, width=half, size=7.5, line_height=4, colour=GREY, align=align
        )

    def _row_of_facts(self, row: Sequence[tuple[Fact, int]], columns: int) -> None:
        highest = max((height_of(fact, width_of(span, columns)) for fact, span in row), default=0)
        # A fact alone in its row may go over a page, so it needs no room but to begin.
        self._pen.keep_together(highest if len(row) > 1 else min(highest, 16))
        top = reached = self._pdf.get_y()
        left = MARGIN
        for fact, span in row:
            self._pdf.set_y(top)
            self._fact(fact, left=left, width=width_of(span, columns))
            reached = max(reached, self._pdf.get_y()) if len(row) > 1 else self._pdf.get_y()
            left += width_of(span, columns) + GAP
        self._pdf.set_y(reached + 1.8 * bool(row))

    def _fact(self, fact: Fact, *, left: float, width: float) -> None:
        self._pen.write(
            one_line(fact.label), left=left, width=width, size=7, colour=GREY, line_height=3.6
        )
        for paragraph in self._pen.fit(fact.value.strip()).split("\n"):
            # Under its label on the left a name is found sooner, whatever its direction.
            side: Align | None = "L" if len(paragraph) * USUAL < width else None
            self._pen.write(paragraph, left=left, width=width, align=side)

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
        """The amount stands beside the first line of the text, or the last after a page's end."""
        width = MARGIN + WIDTH - left
        write = partial(
            self._pen.write, size=size, colour=colour, is_bold=is_bold, line_height=line_height
        )
        page, top = self._pdf.page, self._pdf.get_y()
        write(one_line(text), left=left + 2, width=width - 42)
        reached = self._pdf.get_y()
        self._pdf.set_y(top if self._pdf.page == page else reached - line_height)
        write(amount, left=left + width - 38, width=36, align="R")
        self._pdf.set_y(reached)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def load_papers() -> None:
    """Load what the first paper, and the first picture of one, would wait for.

    The libraries take seconds on a small machine.
    """
    epoch = datetime.fromtimestamp(0, UTC)
    paper = Paper(Letterhead("syncd"), title="Job sheet", number="", made_at=epoch, cjk_font=None)
    paper.paragraph("Loaded.")
    with suppress(BadEvidence):  # Without pictures the papers are as good.
        draw_first_page(paper.as_bytes())
