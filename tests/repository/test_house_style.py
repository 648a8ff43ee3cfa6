"""The rules of the house that no linter knows."""

import ast
from collections.abc import Iterator
from pathlib import Path

BANNED = {
    *("manager", "service", "handler", "helper", "util", "common", "core", "data", "info"),
    *("item", "object", "process", "do", "base", "mapping", "sync"),
}


def modules(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Every Python file under the folder, parsed."""
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(folder.parent), ast.parse(path.read_text())


def test_every_module_says_what_it_is(root: Path) -> None:
    """Each module of syncd and each test module begins with a docstring."""
    silent = [
        str(path)
        for folder in ("syncd", "tests")
        for path, tree in modules(root / folder)
        if not ast.get_docstring(tree)
    ]
    assert silent == []


def test_every_test_states_a_behaviour(root: Path) -> None:
    """Each test function has a docstring: a sentence about what syncd does."""
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in modules(root / "tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_modules_have_names_that_say_something(root: Path) -> None:
    """No module or package of syncd is called by a word that fits any module."""
    vague = [
        str(path)
        for path, _ in modules(root / "syncd")
        if {path.stem, path.stem.removesuffix("s")} & BANNED
    ]
    assert vague == []
