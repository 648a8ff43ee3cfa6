"""What docs/operator says can be typed, followed and trusted."""

import re
from pathlib import Path

import pytest

from syncd.notifying.notices import NoticeKind
from syncd.telling.choices import MEANINGS
from tests.repository.test_documents import command_lines, first_cells, known_command, section


@pytest.fixture(scope="module")
def pages(root: Path) -> dict[str, str]:
    """The text of every page by its path below the checkout."""
    paths = sorted((root / "docs" / "operator").glob("*.md"))
    return {path.relative_to(root).as_posix(): path.read_text() for path in paths}


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


def test_every_command_can_be_typed(pages: dict[str, str]) -> None:
    """Each command of syncd exists, with its options; also where root types it."""
    typed = 0
    for page, text in pages.items():
        joined = re.sub(r"\\\n *", "", text)
        for words in command_lines(re.sub(r"^# syncd", "$ syncd", joined, flags=re.MULTILINE)):
            command = known_command(words)
            assert command is not None, (page, words)
            options = {name for each in command.params for name in each.opts} | {"--help"}
            assert {word for word in words if word.startswith("--")} <= options, (page, words)
            typed += 1
    assert typed > 30


def test_every_choice_can_be_made(pages: dict[str, str]) -> None:
    """What a page has somebody answer is an answer that some question takes."""
    choices = {choice for meanings in MEANINGS.values() for choice in meanings}
    named = {word for text in pages.values() for word in re.findall(r"--choose (\S+?)`", text)}
    assert {"approve", "retry", "it-arrived"} <= named <= choices


def test_every_link_leads_somewhere(root: Path, pages: dict[str, str]) -> None:
    """To a file that is there, and to a heading that it has."""
    for page, text in pages.items():
        for target in re.findall(r"\]\(([^)]+)\)", text):
            path, _, anchor = target.partition("#")
            file = (root / page).parent / path if path else root / page
            assert file.is_file(), (page, target)
            assert not anchor or anchor in anchors(file.read_text()), (page, target)


def test_every_page_is_in_the_list(root: Path, pages: dict[str, str]) -> None:
    """The first page links to all others, and the README to the first."""
    index = pages["docs/operator/README.md"]
    for path in (root / "docs" / "operator").glob("*.md"):
        assert path.name == "README.md" or f"]({path.name})" in index, path.name
    assert "](docs/operator/README.md)" in (root / "README.md").read_text()


def test_every_notice_has_its_cure(pages: dict[str, str]) -> None:
    """The table has each kind of what syncd tells by itself, and no other."""
    table = section(pages["docs/operator/alerts.md"], "What syncd tells by itself")
    rows = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert set(rows) == set(NoticeKind)
    assert first_cells(table) == set(NoticeKind)


def test_what_could_not_be_tried_is_said(pages: dict[str, str]) -> None:
    """Every piece of deploy has its row."""
    said = section(pages["docs/operator/README.md"], "What could not be tried")
    for words in ("docker build", "docker compose up", "started by systemd", "opened in Grafana"):
        assert words in said
