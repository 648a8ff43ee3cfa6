"""What the tables refuse, said in plain sentences that never quote a value."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from syncd.settings.faults import Fault, Location
from syncd.settings.mistakes import Mistake
from syncd.settings.shape import all_tables, as_toml, example_value, setting_at
from syncd.settings.table import Table

_Context = Mapping[str, object]

_SENTENCES: Mapping[str, Callable[[_Context], str]] = {
    "missing": lambda _: "is missing",
    "string_type": lambda _: "is not text",
    "bool_type": lambda _: "is not true or false",
    "int_type": lambda _: "is not a whole number",
    "tuple_type": lambda _: "is not a list",
    "dict_type": lambda _: "is not a table of names and values",
    "model_type": lambda _: "is not a table",
    "literal_error": lambda ctx: f"is not one of {ctx['expected']}",
    "enum": lambda ctx: f"is not one of {ctx['expected']}",
    "greater_than_equal": lambda ctx: f"is less than {ctx['ge']}",
    "less_than_equal": lambda ctx: f"is more than {ctx['le']}",
    "too_short": lambda _: "is empty",
}

_INLINE = (
    ("agentos", "rate_limit"),
    ("letsjobit", "rate_limit"),
    ("visit", "drivers"),
    ("visit", "fields"),
)
"""Tables that are written in braces."""

_CONNECTIONS_CURE = "start every connection with [[connections]], in double brackets"


def explain(error: ValidationError) -> list[Fault]:
    """A fault for everything that was refused, in the order of the tables."""
    details = error.errors(include_url=False, include_input=False)
    faults = [_explained(detail) for detail in details]
    places = [fault.where for fault in faults]
    return [fault for fault in faults if not _is_echo(fault.where, places)]


def _is_echo(where: Location, places: list[Location]) -> bool:
    """Whether a list is only refused because an entry in it was."""
    return any(len(other) > len(where) and other[: len(where)] == where for other in places)


def _explained(detail: ErrorDetails) -> Fault:
    where = tuple(part for part in detail["loc"] if part != "[key]")
    context = detail.get("ctx", {})
    if detail["type"] == "extra_forbidden":
        return _unknown_key(where)
    mistake = context.get("error")
    if isinstance(mistake, Mistake):
        return Fault(where, mistake.message, mistake.cure or _cure(where))
    sentence = _SENTENCES.get(detail["type"])
    message = sentence(context) if sentence else "cannot be used"
    return Fault(where, message, _cure(where))


def _unknown_key(where: Location) -> Fault:
    *_, key = where
    _, table, _ = setting_at(where)
    known = list(table.model_fields)
    homes = [path for path, each in all_tables() if key in each.model_fields]
    if close := get_close_matches(str(key), known, n=1, cutoff=0.8):
        cure = f"did you mean {close[0]}?"
    elif len(homes) == 1:
        cure = f"it belongs under {_heading(homes[0])}"
    elif distant := get_close_matches(str(key), known, n=1, cutoff=0.5):
        cure = f"did you mean {distant[0]}?"
    else:
        cure = f"known here are {', '.join(known)}"
    return Fault(where, "is no known setting", cure)


def _heading(path: str) -> str:
    return f"[[{path}]]" if path == "connections" else f"[{path}]"


def _cure(where: Location) -> str:
    """An example of the setting, or of the table's heading."""
    if where[:1] == ("connections",) and len(where) <= 2:
        return _CONNECTIONS_CURE
    place, table, field = setting_at(where)
    if field is not None:
        return f"write for example {place[-1]} = {as_toml(example_value(field))}"
    if isinstance(where[-1], int) or where[-2:] in _INLINE:
        return f"write it in braces, such as {_inline_example(table)}"
    names = ".".join(part for part in place if isinstance(part, str))
    return f"write {_heading(names)} on a line of its own"


def _inline_example(table: type[Table]) -> str:
    required = {name: field for name, field in table.model_fields.items() if field.is_required()}
    return as_toml({name: example_value(field) for name, field in required.items()})
