"""Faults to switch on: which request they hit, and what they do to its answer.

A rule hits requests by vendor, method and path (a regular expression found anywhere in
`path?query`, without the key); the first rule that still has hits left wins. What needs the
connection itself (resets, cuts, waits) is done by the gate.
"""

import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from syncd.sandbox.shelf import Record, from_json, to_json

BEFORE_ONLY = ("reset_before_effect",)
ANSWER_KINDS = ("html", "garbage", "empty", "truncated", "shape", "field", "duplicate", "total")
CONNECTION_KINDS = ("reset_before_effect", "reset_after_effect", "cut", "slow", "timeout")
KINDS = ("status", "shift", *ANSWER_KINDS, *CONNECTION_KINDS)
FIELD_CHANGES = ("drop", "null", "extra", "wrong-type")
SHIFTS = ("insert", "delete", "rotate")
HTML = b"<html><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>"
GARBAGE = bytes(range(128, 256)) + b"\x00not json"


@dataclass(frozen=True)
class Rule:
    """One fault. `times` None: until removed. `after`: so many matching requests pass first.
    `after_effect` None: only `status` and `reset_before_effect` come before the request is done."""

    kind: str
    vendor: str | None = None
    method: str | None = None
    path: str = ""
    times: int | None = 1
    after: int = 0
    after_effect: bool | None = None
    status: int = 500
    retry_after: str | None = None
    body: str | None = None
    seconds: float = 1.0
    change: str = "null"
    field: str = ""
    record: str | None = None
    value: Any = None
    hits: int = 0

    def comes_after_effect(self) -> bool:
        """Whether the request is carried out before the fault."""
        if self.kind in BEFORE_ONLY:
            return False
        return self.kind != "status" if self.after_effect is None else self.after_effect


def rule_from(given: Record) -> Rule:
    """A rule from JSON. Raises ValueError with what is wrong."""
    try:
        rule = Rule(**{**given, "hits": 0})
        re.compile(rule.path)
    except (TypeError, re.error) as problem:
        raise ValueError(str(problem)) from None
    if rule.kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    if rule.kind == "field" and (rule.change not in FIELD_CHANGES or not rule.field):
        raise ValueError(f"change must be one of {', '.join(FIELD_CHANGES)}, with a field")
    if rule.kind == "shift" and rule.change not in SHIFTS:
        raise ValueError(f"change must be one of {', '.join(SHIFTS)}")
    return rule


class Faults:
    """The rules in force, in order."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def take(self, vendor: str, method: str, target: str) -> Rule | None:
        """The rule that hits this request, its hit counted; None when it goes well."""
        for place, rule in enumerate(self.rules):
            if not _matches(rule, vendor, method, target):
                continue
            self.rules[place] = hit = replace(rule, hits=rule.hits + 1)
            is_spent = hit.times is not None and hit.hits > hit.after + hit.times
            if hit.hits > hit.after and not is_spent:
                return hit
        return None

    def as_records(self) -> list[Record]:
        """The rules as JSON, with their hits."""
        return [asdict(rule) for rule in self.rules]


def _matches(rule: Rule, vendor: str, method: str, target: str) -> bool:
    return (
        rule.vendor in (None, vendor)
        and rule.method in (None, method)
        and re.search(rule.path, target) is not None
    )


def spoiled(rule: Rule, body: bytes) -> tuple[bytes, str]:
    """The body of an answer after the fault, and its content type."""
    if rule.kind == "html":
        return (rule.body or HTML.decode()).encode(), "text/html"
    if rule.kind == "garbage":
        return GARBAGE, "application/json"
    if rule.kind == "empty":
        return b"", "application/json"
    if rule.kind == "truncated":
        return body[: len(body) // 2], "application/json"
    if rule.kind == "shape":
        return to_json(_misshapen(from_json(body))), "application/json"
    return to_json(_altered(rule, from_json(body))), "application/json"


def _misshapen(answer: Any) -> Any:
    """The answer in no shape that the vendor's page knows."""
    for name in ("Data", "data"):
        if isinstance(answer, dict) and answer.get(name) is not None:
            return {**answer, name: {"0": "unexpected"}}
    return [[answer]]


def _altered(rule: Rule, answer: Any) -> Any:
    """The answer with one field, one record or the total changed."""
    if rule.kind == "total":
        return _with_total(answer, rule.value)
    for name in ("Data", "data"):
        if isinstance(answer, dict) and isinstance(answer.get(name), list):
            return {**answer, name: _altered_list(rule, answer[name])}
    return _altered_list(rule, [answer])[0]


def _with_total(answer: Record, total: Any) -> Record:
    if "Count" in answer:
        return {**answer, "Count": total}
    if "meta" in answer:
        return {**answer, "meta": {**answer["meta"], "totalRecords": total}}
    return answer


def _altered_list(rule: Rule, records: list[Any]) -> list[Any]:
    place = _place_of(rule.record, records)
    if place is None:
        return records
    if rule.kind == "duplicate":
        return [*records, records[place]]
    return [*records[:place], _with_field(rule, records[place]), *records[place + 1 :]]


def _place_of(key: str | None, records: list[Any]) -> int | None:
    """Where the record with this key stands; without a key, the first."""
    if key is None:
        return 0 if records else None
    for place, record in enumerate(records):
        if isinstance(record, dict) and key in (record.get("OID"), record.get("_id")):
            return place
    return None


def _with_field(rule: Rule, record: Any) -> Any:
    if not isinstance(record, dict):
        return record
    if rule.change == "drop":
        return {name: value for name, value in record.items() if name != rule.field}
    if rule.change == "null":
        return {**record, rule.field: None}
    if rule.change == "extra":
        return {**record, rule.field: "unexpected" if rule.value is None else rule.value}
    wrong: Any = {"unexpected": True} if rule.value is None else rule.value
    return {**record, rule.field: wrong}
