"""The reference of every setting, `docs/settings.md`, from the docstrings beside the settings.

Printed by `python -m syncd.settings.reference`; a test compares it with the file. It reads source
code and is not imported by anything that runs.
"""

import ast
import inspect
import textwrap
from itertools import pairwise

from pydantic.fields import FieldInfo

from syncd.settings.shape import all_tables, as_toml, default_value, table_type
from syncd.settings.table import Table

_HEAD = """\
# Settings

Every setting of `syncd.toml`: its unit, what it does, and why this default. Made from the
docstrings in `syncd/settings/` by `python -m syncd.settings.reference > docs/settings.md`.

- `${NAME}` in a text is taken from the environment, else from `syncd.env` beside the file (lines
  NAME=value); `$${` stands for `${` itself.
- `{ file = "/run/secrets/x" }` in place of a secret reads that file, without the line break at its
  end.
- A length of time is a whole number and a unit: `ms`, `s`, `m` (minutes), `h`, `d`, `w`, `y` (365
  days).
- Paths are relative to the configuration file. Unknown settings are mistakes.
- `syncd check` lists every mistake at once, each with the path of the setting and the cure.
- A setting with an example has no default: it is required, or required where the text says so.
"""


def reference() -> str:
    """The whole page as Markdown."""
    return "\n".join([_HEAD, *(_section(path, table) for path, table in all_tables())])


def descriptions(table: type[Table]) -> dict[str, str]:
    """The docstring of each setting of a table, in one line; settings without one are absent."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(table))).body
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    return {
        statement.target.id: " ".join(following.value.value.split())
        for statement, following in pairwise(body)
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
        if isinstance(following.value.value, str)
    }


def _section(path: str, table: type[Table]) -> str:
    told = descriptions(table)
    entries = [
        f"- **`{name}`** ({_value(field)}). {told.get(name, '')}"
        for name, field in table.model_fields.items()
    ]
    return "\n".join([f"## `{path}`\n", f"{inspect.getdoc(table)}\n", *entries, ""])


def _value(field: FieldInfo) -> str:
    if field.examples:
        need = "required" if field.is_required() else "no default"
        return f"{need}, for example `{as_toml(field.examples[0])}`"
    value = default_value(field)
    if value is None:
        return "optional"
    if table_type(field) and value == {}:
        return "a table, see below"
    return f"default `{as_toml(value)}`"


if __name__ == "__main__":
    print(reference(), end="")
