"""What the documents say of commands, codes, settings and words is what the program has."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
import pytest
from typer.main import get_command

from syncd.cli import exits
from syncd.cli.commands import commands
from syncd.model import InboxKind, Side
from syncd.settings import settings_from_document
from syncd.settings.shape import all_tables
from syncd.telling.choices import MEANINGS

DOCUMENTS = (
    *("README.md", "CHANGELOG.md"),
    *("docs/decisions.md", "docs/vendor-notes.md", "docs/vendors.md"),
)

WORDS = (
    *("job", "visit", "works order", "link", "base", "sweep", "lane", "cycle", "intent", "outbox"),
    *("in doubt", "dead letter", "inbox", "guard", "journal", "budget", "lease", "vendor"),
    *("contractor", "branch", "property", "landlord", "tenancy", "tenant", "engineer"),
)
"""The trade's words, which the code uses and no other word for the same."""

CODE = re.compile(r"_?[a-z]+(?:_[a-z]+)*")
PLACES = {"_error": 1, "Refused": 1, "found": 4, "_passing": 0, "__init__": 0}
"""Which argument is the code, by the function that makes an error or a finding."""
ERRORS = re.compile(r"SyncdError|Vendor[A-Z]\w+|OutcomeUnknown")
RUN = re.compile(r"`(?:syncd|systemctl|journalctl|ls|df|fuser|curl|ssh) [^`]+`")
NOT_RUN = re.compile(r"none: (?:\S+ ){3,}\S+")
"""What stands as an error's command: one that can be typed, or the reason why there is none."""
COUNTED = {"inbox", "outbox"}
"""Codes of findings that are made of a name of what was counted."""


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    """The text of the README."""
    return (root / "README.md").read_text()


def section(text: str, title: str) -> str:
    """What stands under a heading, up to the next one of its rank or a higher."""
    match = re.search(rf"^(#+) {re.escape(title)}\n", text, re.MULTILINE)
    assert match, f"no section {title!r}"
    rest = text[match.end() :]
    end = re.search(rf"^#{{1,{len(match[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def first_cells(text: str) -> set[str]:
    """The words in code marks in the first column of the tables in a text."""
    rows = re.findall(r"^\| *([^|]*?) *\|", text, re.MULTILINE)
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


def command_lines(text: str) -> Iterator[list[str]]:
    """Every command of syncd that a text shows, as its words after `syncd`."""
    spans = re.findall(r"`(?:/\S*/)?syncd ([^`]+)`", text)
    blocks = re.findall(r"^(?:.*/|\$ | +)syncd ([a-z].*)$", text, re.MULTILINE)
    for line in (*spans, *blocks):
        words = line.split("#")[0].split(" >> ")[0].split()
        if re.fullmatch(r"[a-z][a-z-]*", words[0]):
            yield words


def known_command(words: list[str]) -> click.Command | None:
    """The command that these words call; None where there is none."""
    found: click.Command | None = get_command(commands())
    for word in words:
        inner = getattr(found, "commands", {})
        if not inner or word.startswith("-"):
            break
        if word not in inner:
            # A group such as `inbox` is a command itself; only its name may end the line.
            return None
        found = inner[word]
    return found


def every_command() -> set[str]:
    """Every command that this version has, with those below it."""
    found = set()
    for name, command in get_command(commands()).commands.items():
        below = getattr(command, "commands", {})
        found |= {f"{name} {inner}" for inner in below} | ({name} if name != "db" else set())
    return found


def error_codes(root: Path) -> set[str]:
    """Every code that an error of the program can have, found in its source.

    One that begins with a vendor's side stands as its ending, such as `_unauthorized`.
    """
    modules = [
        path for path in (root / "syncd").rglob("*.py") if "sandbox" not in path.parent.parts
    ]
    nodes = [node for path in modules for node in ast.walk(ast.parse(path.read_text()))]
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    return {code for call in calls for code in code_in(call)} | codes_kept(nodes)


def codes_kept(nodes: Sequence[ast.AST]) -> set[str]:
    """The codes that intents and lanes keep, which no error has: what is given as `code`, or as the
    code of a lane's result, as it stands or by the name of a constant."""
    constants = dict(pair for node in nodes for pair in constants_of(node))
    given: list[ast.expr] = []
    for node in nodes:
        if isinstance(node, ast.keyword) and node.arg == "code":
            given.append(node.value)
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "code":
            given.append(node.value)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("LaneResult"):
            given += node.args[3:]
    words = {word for value in given for word in words_in(value, constants)}
    return {without_side(word) for word in words if CODE.fullmatch(word)}


def constants_of(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names of texts that a statement such as `A, B = "a", "b"` gives."""
    if not isinstance(node, ast.Assign):
        return
    names, values = (
        each.elts if isinstance(each, ast.Tuple) else [each]
        for each in (node.targets[0], node.value)
    )
    for name, value in zip(names, values, strict=False):
        is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
        if isinstance(name, ast.Name) and name.id.isupper() and is_text:
            yield name.id, str(value.value)


def words_in(value: ast.expr, constants: Mapping[str, str]) -> Iterator[str]:
    """The texts that an expression can be: itself, a constant's, or either side of a choice."""
    if isinstance(value, ast.IfExp):
        yield from words_in(value.body, constants)
        yield from words_in(value.orelse, constants)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.Name | ast.Attribute):
        name = ast.unparse(value).split(".")[-1]
        if name in constants:
            yield constants[name]


def without_side(code: str) -> str:
    """A code as `error_codes` has it."""
    side = next((side for side in Side if code.startswith(f"{side}_")), "")
    return code.removeprefix(side)


def error_rows(text: str) -> list[list[str]]:
    """The rows about codes on the operator's page: codes, cause, cure and command."""
    rows = re.findall(r"^\| (`.+) \|$", text, re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in rows]


def code_in(call: ast.Call) -> Iterator[str]:
    """The code among the arguments of a call, where it makes an error or a finding."""
    name = ast.unparse(call.func).split(".")[-1]
    place = 0 if ERRORS.fullmatch(name) else PLACES.get(name)
    if place is None or len(call.args) <= place:
        return
    argument = call.args[place]
    # An f-string begins with the side: f"{side}_unsettled".
    last = argument.values[-1] if isinstance(argument, ast.JoinedStr) else argument
    if not isinstance(last, ast.Constant) or not isinstance(last.value, str):
        return
    text = f"_{last.value}" if name == "_error" else last.value
    if CODE.fullmatch(text):
        yield without_side(text)


def test_every_command_is_in_the_readme(readme: str) -> None:
    """Each command that this version has stands in the README as one would type it."""
    assert {each for each in every_command() if f"syncd {each}" not in readme} == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_line_can_be_typed(root: Path, document: str) -> None:
    """Each command line in the documents names a command and options that exist."""
    for words in command_lines((root / document).read_text()):
        command = known_command(words)
        assert command is not None, words
        options = {name for each in command.params for name in each.opts} | {"--help"}
        assert {word for word in words if word.startswith("--")} <= options, words


def test_every_make_target_exists(root: Path) -> None:
    """Each make target that the documents name is one of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for document in DOCUMENTS
        for target in re.findall(r"`make ([a-z]+)", (root / document).read_text())
    }
    assert {"demo", "test"} <= named <= targets


def test_every_exit_code_is_explained(readme: str) -> None:
    """The README has a row for each exit code, and no other."""
    ours = {value for name, value in vars(exits).items() if name.isupper() and name[0] != "_"}
    rows = re.findall(r"^\| (\d+) \|", section(readme, "Exit codes"), re.MULTILINE)
    assert {int(row) for row in rows} == ours


def test_every_kind_of_question_is_explained(readme: str) -> None:
    """The README has a row for each kind of inbox item, and names every choice."""
    inbox = section(readme, "The inbox")
    assert first_cells(inbox) == set(InboxKind)
    choices = {choice for meanings in MEANINGS.values() for choice in meanings}
    assert {choice for choice in choices if f"`{choice}`" not in inbox} == set()


def test_every_error_code_is_explained(root: Path) -> None:
    """The operator's page has a row for each code in the source, and no other; each has one."""
    rows = error_rows((root / "docs" / "operator" / "errors.md").read_text())
    explained = [code for codes, *_ in rows for code in re.findall(r"`([^`]+)`", codes)]
    assert len(explained) == len(set(explained))
    assert {without_side(code) for code in explained} == error_codes(root) | COUNTED


def test_every_error_code_has_its_cause_and_its_command(root: Path) -> None:
    """Each row says why, what to do, and what to run; where that is nothing, why not."""
    rows = error_rows((root / "docs" / "operator" / "errors.md").read_text())
    assert [row for row in rows if len(row) != 4 or not all(row)] == []
    lacking = [row for row in rows if not (RUN.search(row[3]) or NOT_RUN.fullmatch(row[3]))]
    assert lacking == []


def test_every_table_of_settings_is_named(readme: str) -> None:
    """The README names each table of the configuration."""
    named = re.findall(r"`([^`]+)`", section(readme, "Settings"))
    paths = {path for path, _ in all_tables() if path and not path.endswith("rate_limit")}
    assert paths - set(named) == set()


def test_the_configuration_of_the_readme_is_good(readme: str, tmp_path: Path) -> None:
    """The whole configuration that the README shows can be used once its two keys are there."""
    for name in ("agentos.key", "letsjobit.key"):
        (tmp_path / name).write_text("a-key\n")
    (shown,) = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)
    settings = settings_from_document(tomllib.loads(shown), {}, directory=tmp_path)
    assert settings.connections[0].invoice.approve == 0


def test_every_word_of_the_trade_is_in_the_glossary(readme: str) -> None:
    """The glossary explains each word once, in the order of the alphabet."""
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", section(readme, "Glossary"), re.MULTILINE)
    explained = [word.strip() for row in rows[1:] for word in row.split(",")]
    assert set(WORDS) - set(explained) == set()
    assert explained == sorted(set(explained), key=str.lower)


def test_the_version_has_its_changes(root: Path) -> None:
    """The changelog has a section for the version that is built, after the one that is coming."""
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    sections = re.findall(r"^## \[(.+?)\]", (root / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert sections[:2] == ["Unreleased", version]


def test_every_decision_has_four_lines(root: Path) -> None:
    """Each decision has four lines: what, why, what was given up, and what would turn it."""
    text = (root / "docs" / "decisions.md").read_text()
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    lines = {part.split("\n")[0]: part.strip().split("\n")[1:] for part in parts}
    assert [title for title, rest in lines.items() if len(rest) != 4] == []
    assert [title for title, rest in lines.items() if not rest[2].startswith("Given up")] == []


@pytest.mark.parametrize("document", [*DOCUMENTS, "docs/settings.md"])
def test_every_link_leads_somewhere(root: Path, document: str) -> None:
    """Each link inside the repository names a file that exists, and a heading that it has."""
    text = (root / document).read_text()
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if path.startswith(("http:", "https:")):
            continue
        file = (root / document).parent / path if path else root / document
        assert file.exists(), target
        assert not anchor or anchor in anchors(file.read_text()), target


def anchors(text: str) -> set[str]:
    """The anchors of the headings of a Markdown text, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
