"""The text of a configuration: what was answered, a sentence for each, and no secret. Pure.

Only what differs from the defaults is written, and what a person should think about.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from syncd.proposing.seen import Option


@dataclass(frozen=True)
class Key:
    """Where a secret is: an environment variable, or a file of its own."""

    variable: str = ""
    file: str = ""

    @property
    def reference(self) -> str:
        """The value of the setting, as TOML."""
        return f"{{ file = {_text(self.file)} }}" if self.file else f'"${{{self.variable}}}"'


@dataclass(frozen=True)
class Vendor:
    """A vendor's key, and its address where that is not the usual one."""

    key: Key
    base_url: str = ""


@dataclass(frozen=True)
class Answers:
    """Everything that the text is made of. Statuses are the agency's own names, by setting."""

    name: str
    store_url: str
    agentos: Vendor
    letsjobit: Vendor
    short_name: str
    contractors: Sequence[Option]
    branches: Sequence[Option]
    statuses: Mapping[str, Sequence[str]]
    company_id: str
    engineer: Option
    amount_field: str


def configuration_text(answers: Answers) -> str:
    """The whole file. Every text of a vendor stands in quotes, or cleaned in a comment."""
    return "\n".join(
        [
            *_whole(answers),
            *_agency(answers),
            *_statuses(answers.statuses),
            *_account(answers),
            *_invoice(answers),
        ]
    )


def _whole(answers: Answers) -> list[str]:
    return [
        "# Written by `syncd init`. What is not here has its default: docs/settings.md lists all.",
        "# After a change: `syncd check --online`, then `syncd plan`.",
        "",
        "[store]",
        "# Where syncd remembers what it did; back it up with `syncd db backup`.",
        # A variable in the address is one.
        f"url = {_quoted(answers.store_url)}",
        "",
        "[notifications]",
        "# Who is told when something waits for a person, such as mailto://… or slack://…",
        "targets = []",
        "",
        "[[connections]]",
        "# Your word for this agency, in every command and page.",
        f"name = {_text(answers.name)}",
        "",
    ]


def _agency(answers: Answers) -> list[str]:
    branches = [each.key for each in answers.branches]
    return [
        "[connections.agentos]",
        *_address(answers.agentos),
        "# The agency's short name; it gives it with the key.",
        f"short_name = {_text(answers.short_name)}",
        "# The key itself is not here: whoever reads this file must not be able to use it.",
        f"api_key = {answers.agentos.key.reference}",
        f"# Whose jobs become visits: {_listed(answers.contractors)}.",
        f"contractors = {_texts(each.key for each in answers.contractors)}",
        f"# Whose jobs are read: {_listed(answers.branches) or 'all branches that the key sees'}.",
        f"branches = {_texts(branches)}",
        "",
    ]


_MEANINGS = {
    "visit_when": "A job of the contractor in one of these gets a visit.",
    "in_progress": 'The job gets this when the engineer begins; "" reports nothing.',
    "awaiting_access": 'The job gets this when the engineer could not get in; "" reports nothing.',
    "completed": "The job gets this when the visit is closed and its papers have arrived.",
    "cancelled": "A job in one of these needs no visit: an open one leaves the engineer's app.",
}

_LISTS = ("visit_when", "cancelled")


def _statuses(statuses: Mapping[str, Sequence[str]]) -> list[str]:
    lines = ["[connections.agentos.statuses]"]
    for setting, meaning in _MEANINGS.items():
        names = statuses.get(setting, ())
        value = _texts(names) if setting in _LISTS else _text(names[0] if names else "")
        lines += [f"# {meaning}", f"{setting} = {value}"]
    return [*lines, ""]


def _account(answers: Answers) -> list[str]:
    engineer = answers.engineer
    named = f" ({_clean(engineer.name)})" if engineer.name else ""
    return [
        "[connections.letsjobit]",
        *_address(answers.letsjobit),
        "# The account's token; as above, not the token itself.",
        f"api_key = {answers.letsjobit.key.reference}",
        "# Your company's id at LetsJobIt.",
        f"company_id = {_text(answers.company_id)}",
        f"# Who gets a visit that no rule of visit.drivers places{named}.",
        f"default_driver = {_text(engineer.key)}",
        "",
    ]


def _invoice(answers: Answers) -> list[str]:
    return [
        "[connections.invoice]",
        "# The field of the visit in which the engineer enters the pounds.",
        f"amount_field = {_text(answers.amount_field)}",
        '# A person sees every invoice first; "never" when you trust it, or an amount ("500.00").',
        'approve = "always"',
        "",
    ]


def _address(vendor: Vendor) -> list[str]:
    if not vendor.base_url:
        return []
    return ["# Not the vendor's usual address.", f"base_url = {_text(vendor.base_url)}"]


def _listed(options: Sequence[Option]) -> str:
    return ", ".join(_clean(each.name) or _clean(each.key) for each in options)


def _clean(text: str) -> str:
    """A text for a comment: what TOML forbids there, or could end the line, becomes a blank."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:100]


def _text(text: str) -> str:
    """A TOML string that means exactly this text to syncd: ${ would be a variable."""
    return _quoted(text.replace("${", "$${"))


def _quoted(text: str) -> str:
    """A TOML string: as in JSON, but that DEL is escaped and pairs of surrogates are not."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"
