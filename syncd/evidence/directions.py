"""In which order the parts of a line stand on paper, where a line runs both ways. Pure.

fpdf2 orders a paragraph that begins right to left, but not the numbers inside of Arabic or Hebrew
that is quoted in a paragraph from left to right: their parts would be read in the wrong order. So
such lines are ordered here (Unicode Standard Annex 9, rule L2) and drawn part by part.
"""

from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True)
class Part:
    """Letters of one direction, in the order in which they are read."""

    text: str
    is_right_to_left: bool


def parts_from_left(line: str) -> tuple[Part, ...]:
    """The parts of a line of a left-to-right paragraph, as they stand from left to right."""
    from fpdf.bidi import BidiParagraph
    from fpdf.enums import TextDirection

    paragraph = BidiParagraph(line, base_direction=TextDirection.LTR, preserve_bn_chars=True)
    characters = [(each.embedding_level, each.character) for each in paragraph.get_characters()]
    runs = [
        (level, "".join(character for _, character in run))
        for level, run in groupby(characters, key=lambda each: each[0])
    ]
    for depth in range(max((level for level, _ in runs), default=0), 0, -1):
        runs = _reversed_from(depth, runs)
    return tuple(Part(text, level % 2 == 1) for level, text in runs)


def _reversed_from(depth: int, runs: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Each sequence of runs that are at least this deep, the other way round."""
    ordered: list[tuple[int, str]] = []
    for is_deep, sequence in groupby(runs, key=lambda run: run[0] >= depth):
        found = list(sequence)
        ordered += reversed(found) if is_deep else found
    return ordered
