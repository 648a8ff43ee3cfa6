"""`obs` of a visit: our block between marker lines, and whatever others write around it. Pure.

    --- Job 10452 ---
    Kitchen tap drips
    The tenant says it is the cold one.
    --- Access ---
    Key at the office.
    --- Preferences ---
    Boiler: Contract with Northgate Heating
    --- End of job 10452 ---
    syncd:northgate:mj-0009-4739

Text is never escaped. The markers carry one dash more than any line that looks like a marker, here
or around the block, so text of any kind comes back as it went in, in the form of `canonical.text`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from syncd.model import Tag
from syncd.translate.canonical import line, text
from syncd.translate.tags import first_tag, read_tag, write_tag

_MARKER = re.compile(r"(-{3,}) (?:(Job|End of job) (.+)|Access|Preferences) (-{3,})")


@dataclass(frozen=True)
class Sections:
    """What our block says; "" for a section that it does not have."""

    text: str
    access: str
    preferences: str


@dataclass(frozen=True)
class Obs:
    """`obs` taken apart: `before` + block + tag line + `after` is the whole of it.

    `before` ends and `after` begins with the line end that parts it from ours, where there is one.
    `sections` and `tag` are None where `obs` holds no block or no tag line behind it.
    """

    before: str
    sections: Sections | None
    tag: Tag | None
    after: str


def compose(reference: str, sections: Sections, *, around: str = "") -> str:
    """The block for a job of this reference, fit to stand amid the text `around`."""
    label = _label(reference)
    parts = Sections(text(sections.text), text(sections.access), text(sections.preferences))
    dashes = "-" * (1 + _longest_dashes((parts.text, parts.access, parts.preferences, around)))
    rows = [f"{dashes} Job {label} {dashes}"]
    rows += [parts.text] if parts.text else []
    rows += [f"{dashes} Access {dashes}", parts.access] if parts.access else []
    rows += [f"{dashes} Preferences {dashes}", parts.preferences] if parts.preferences else []
    return "\n".join([*rows, f"{dashes} End of job {label} {dashes}"])


def split(obs: str, reference: str) -> Obs:
    """Take `obs` apart; of several blocks ours has this reference and the most dashes."""
    rows = text(obs).split("\n")
    found = max(
        _blocks(rows),
        key=lambda block: (block.label == _label(reference), block.dashes, -block.first),
        default=None,
    )
    if found is None:
        return Obs(text(obs), None, None, "")
    behind = rows[found.last + 1 :]
    tag = read_tag(behind[0]) if behind else None
    after = behind[1:] if tag else behind
    return Obs(
        before="".join(f"{row}\n" for row in rows[: found.first]),
        sections=_sections(rows[found.first + 1 : found.last], found.dashes),
        tag=tag,
        after="".join(f"\n{row}" for row in after),
    )


def replace(obs: str, sections: Sections, *, reference: str, tag: Tag | None) -> str:
    """`obs` with our block made anew and others' text kept; without a block yet, ours goes below.

    The tag line follows the block; with `tag` None the one that is there stays.
    """
    old = split(obs, reference)
    before = f"{old.before}\n\n" if old.sections is None and old.before else old.before
    block = compose(reference, sections, around=f"{old.before}\n{old.after}")
    tag = tag or old.tag
    ours = f"{block}\n{write_tag(tag)}" if tag else block
    return text(f"{before}{ours}{old.after}")


def add_tag(obs: str, tag: Tag) -> str:
    """`obs` with our tag below what others wrote, for a visit that has no block of ours."""
    return text(f"{text(obs)}\n{write_tag(tag)}")


def tag_in(obs: str, reference: str) -> Tag | None:
    """Our tag in `obs`: behind the block, else the first line outside the block that is a tag."""
    found = split(obs, reference)
    return found.tag or first_tag(f"{found.before}\n{found.after}".split("\n"))


@dataclass(frozen=True)
class _Block:
    """A start marker and the end marker that belongs to it, as row numbers."""

    first: int
    last: int
    label: str
    dashes: int


def _blocks(rows: list[str]) -> Iterable[_Block]:
    """Each end marker with the latest start marker above it of the same label and dashes."""
    starts: dict[tuple[str, int], int] = {}
    for number, row in enumerate(rows):
        match = _marker(row)
        if match is None or match[2] is None:
            continue
        name = (match[3], len(match[1]))
        if match[2] == "Job":
            starts[name] = number
        elif name in starts:
            yield _Block(starts[name], number, *name)


def _label(reference: str) -> str:
    return line(reference) or "?"


def _sections(rows: list[str], dashes: int) -> Sections:
    found: dict[str, list[str]] = {"text": [], "Access": [], "Preferences": []}
    marks = {f"{'-' * dashes} {name} {'-' * dashes}": name for name in ("Access", "Preferences")}
    place = "text"
    for row in rows:
        if row in marks:
            place = marks[row]
        else:
            found[place].append(row)
    told = {name: text("\n".join(part)) for name, part in found.items()}
    return Sections(told["text"], told["Access"], told["Preferences"])


def _marker(row: str) -> re.Match[str] | None:
    match = _MARKER.fullmatch(row) if row.startswith("---") else None
    return match if match and match[1] == match[4] else None


def _longest_dashes(texts: Iterable[str]) -> int:
    """The dashes of the longest marker-like line; 2 when there is none."""
    rows = (row for each in texts for row in each.split("\n"))
    return max((len(match[1]) for row in rows if (match := _marker(row))), default=2)
