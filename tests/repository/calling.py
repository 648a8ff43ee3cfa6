"""Who calls the vendors' clients: every place in the source that names a method of one.

What a receiver is, is read from the source: an annotation, an assignment in the same function, or
the name of the attribute that holds the client.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.repository.sending import CLIENTS, methods_of

PAGES = {client.__name__: page for page, client in CLIENTS.items()}

HOLDERS = {
    "agentos": "Maintenance",
    "legacy": "Legacy",
    "management": "PropertyManagement",
    "letsjobit": "LetsJobIt",
    "documents": "Documents",
    "_portal": "ContractorPortal",
}
"""Attributes that hold a client, in `Connected` and everything like it; a test compares them with
what the classes say."""

AT_HOME = ("syncd/agentos/", "syncd/letsjobit/", "syncd/sandbox/")
AT_HOME_FILES = {
    f"syncd/contractor_portal/{name}.py" for name in ("client", "trpc", "judging", "wire")
}
"""The clients themselves, and the stand-ins of the vendors."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Use:
    """One place that names a method of a client: the module, as it is imported, and the market
    that it asks about; "" where that is nowhere written, so that it may be any."""

    page: str
    method: str
    module: str
    market: str


def every_use(root: Path) -> set[Use]:
    """All places in the source outside the clients."""
    return {
        Use(page, method, module, market)
        for module, tree in _modules(root)
        for page, method, market in uses_in(tree)
    }


def untold_calls(root: Path) -> set[tuple[str, str]]:
    """Calls by a method's name on something of which nobody can tell what it is; by module."""
    found = set()
    for module, tree in _modules(root):
        calls = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        known = _imported(tree)
        for node, pages in _named(tree):
            if id(node) in calls and not pages and ast.unparse(node.value) not in known:
                found.add((module, node.attr))
    return found


def uses_in(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """Page, method and market of every place in a module that names a method of a client."""
    markets = _markets(tree)
    for node, pages in _named(tree):
        for page in pages:
            if node.attr in methods_of(page):
                yield page, node.attr, markets.get(id(node), "")


def _markets(tree: ast.Module) -> dict[int, str]:
    """The market of every call whose first argument is one: Market.SALES is "sales"."""
    found = {}
    for node in ast.walk(tree):
        first = node.args[0] if isinstance(node, ast.Call) and node.args else None
        if isinstance(first, ast.Attribute) and ast.unparse(first.value) == "Market":
            assert isinstance(node, ast.Call)
            found[id(node.func)] = first.attr.lower()
    return found


def _modules(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((root / "syncd").rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if not name.startswith(AT_HOME) and name not in AT_HOME_FILES:
            yield name.removesuffix(".py").replace("/", "."), ast.parse(path.read_text())


def _imported(tree: ast.Module) -> set[str]:
    return {
        each.asname or each.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for each in node.names
    }


def _named(tree: ast.Module) -> Iterator[tuple[ast.Attribute, set[str]]]:
    """Every attribute with the name of a method, and the clients that it may be one of."""
    names = {method for page in CLIENTS for method in methods_of(page)}
    inside: dict[int, list[Function]] = {}
    for function in ast.walk(tree):
        if isinstance(function, Function):
            for inner in ast.walk(function):
                inside.setdefault(id(inner), []).append(function)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in names:
            around = inside.get(id(node), [])
            classes = {_class_of(node.value, function) for function in around}
            yield node, {PAGES[each] for each in classes if each in PAGES}


def _class_of(node: ast.expr, function: Function) -> str | None:
    """The class that an expression gives, as far as its words tell."""
    if isinstance(node, ast.Call):
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr == "at":
            return _class_of(called.value, function)
        return _made(called)
    if isinstance(node, ast.Attribute):
        is_of_portal = node.attr == "client" and _ends(node.value) == "portal"
        return "ContractorPortal" if is_of_portal else HOLDERS.get(node.attr)
    if isinstance(node, ast.Name):
        return _said(node.id, function) or _assigned(node.id, function)
    return None


def _made(called: ast.expr) -> str | None:
    return called.id if isinstance(called, ast.Name) and called.id in PAGES else None


def _ends(node: ast.expr) -> str:
    return ast.unparse(node).split(".")[-1]


def _said(name: str, function: Function) -> str | None:
    """What the annotation of an argument, or of a name in the function, says."""
    arguments = function.args
    for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if each.arg == name and each.annotation is not None:
            return ast.unparse(each.annotation).strip("\"'")
    for node in ast.walk(function):
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name:
            return ast.unparse(node.annotation).strip("\"'")
    return None


def _assigned(name: str, function: Function) -> str | None:
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id == name:
                return _class_of(node.value, function)
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=False)
                found = [value for each, value in pairs if ast.unparse(each) == name]
                if found:
                    return _class_of(found[0], function)
    return None
