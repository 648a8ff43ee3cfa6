"""`show`: one job and its visit beside each other. `--json`: {"links": […]}, one for every match.

Each link is the document of `sides`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from syncd.cli.asked import Asked
from syncd.cli.deliveries import tell_deliveries, tell_payments
from syncd.cli.exits import DONE
from syncd.cli.screen import heading, moment_of, output, print_json, table, tell, tell_prose
from syncd.cli.waiting import tell_choices
from syncd.model import Json, Side
from syncd.telling.changes import what_of
from syncd.telling.decisions import DECIDED, answer_of
from syncd.telling.sides import link_documents
from syncd.telling.words import NAMES, in_short, plain
from syncd.translate.words import priority_note

LONGEST = 400
"""Characters of one value that are shown; `--json` has all."""

LATEST = 12
"""Lines of history that are shown; `--json` has all."""


def show(asked: Asked, wanted: str) -> int:
    """Show what is meant; where that is several links, list them."""
    with asked.store() as (settings, database):
        documents = database.read_now(link_documents, settings, wanted)
    if asked.as_json:
        print_json({"links": list[Json](documents)})
    elif len(documents) > 1:
        _list(asked, documents)
    else:
        _show(asked, documents[0])
    return DONE


def _list(asked: Asked, documents: Sequence[Mapping[str, Any]]) -> None:
    tell("Several are meant. Ask for one by the OID of its job:")
    for each in documents:
        tell(f"  {each['connection']}  {each['doc_no']}  {asked.command('show', each['job_id'])}")


def _show(asked: Asked, link: Mapping[str, Any]) -> None:
    job, visit = link["job"], link["visit"]
    heading(f"{link['doc_no']}  {link['connection']}")
    status = f"{job['status']} ({job['state']})" if job else "not there any more"
    tell(f"  job    {link['job_id']}  {status}")
    if job and (note := priority_note(job["priority"])):
        tell_prose(note, indent=9, hanging=9)
    where = f"{link['visit_key']}  id {link['visit_id']}  {visit['state']}" if visit else "none"
    if visit and visit["doc_no"] != link["doc_no"]:
        where += f"  its number is {visit['doc_no']}"
    tell(f"  visit  {where}")
    tell()
    _show_fields(link["fields"])
    if job:
        _show_papers("documents", job["documents"], "name", at=job["documents_listed_at"])
        _show_papers("invoices", job["invoices"], "number")
    tell_deliveries(link["deliveries"])
    tell_payments(link["payments"])
    _show_intents(link["intents"])
    for question in link["questions"]:
        tell()
        tell_prose(
            f"{question['id']}  {question['kind']}: {question['summary']}", indent=2, hanging=5
        )
        tell_choices(asked, question["id"], question["meanings"])
    _show_history(asked, link)


def _show_fields(fields: Mapping[str, Any]) -> None:
    rows = table("", NAMES[Side.AGENTOS], NAMES[Side.LETSJOBIT], "owner", whole=("owner",))
    for name, field in fields.items():
        job, visit, base = field["agentos"], field["letsjobit"], field["base"]
        if job is None and visit is None:
            continue
        is_same = job == visit
        rows.add_row(name, _value(job), "the same" if is_same else _value(visit), _owner(field))
        if base and not is_same and (base["agentos"], base["letsjobit"]) != (job, visit):
            rows.add_row("  agreed", _value(base["agentos"]), _value(base["letsjobit"]), "")
    output().print(rows)


def _owner(field: Mapping[str, Any]) -> str:
    owner = NAMES.get(field["owner"], "a person")
    return f"{owner}, taken" if field["is_taken"] else owner


def _value(value: Any) -> str:
    """What a side says about a field, line by line; of several parts each with its name."""
    if value is None:
        return "–"
    parts = value if isinstance(value, dict) else {"": value}
    said = [
        _part(name, part, len(parts) > 1) for name, part in parts.items() if part not in ("", [])
    ]
    text = "\n".join(said) or "empty"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"


def _part(name: str, part: Any, is_named: bool) -> str:
    text = plain(part) if isinstance(part, str) else in_short(part)
    return f"{name}: {text}" if is_named else text


def _show_papers(
    what: str,
    papers: Sequence[Mapping[str, Any]] | None,
    name: str,
    *,
    at: str | None = None,
) -> None:
    since = f" (V4 Documents, {moment_of(at)})" if at else ""
    if papers:
        names = ", ".join(str(each[name]) for each in papers)
        tell_prose(f"{what}: {names}{since}", indent=2, hanging=4)
    else:
        none = "not listed by AgentOS with the job" if papers is None else "none"
        tell(f"  {what}: {none}{since}")


def _show_intents(intents: Sequence[Mapping[str, Any]]) -> None:
    if not intents:
        return
    tell()
    rows = table("change", "what", "state", "tried", "why", whole=("change",))
    for each in intents:
        tried = f"{each['attempts']}×"
        rows.add_row(str(each["id"]), what_of(each), each["state"], tried, each["reason"] or "")
    output().print(rows)


def _show_history(asked: Asked, link: Mapping[str, Any]) -> None:
    history = link["history"]
    if not history:
        return
    tell()
    rows = table("when", "who", "what", "why", whole=("when",))
    for each in history[-LATEST:]:
        answer = answer_of(each["to"]).values() if each["event"] == DECIDED else [each["field"]]
        what = " ".join([each["event"], *(str(word) for word in answer if word)])
        rows.add_row(moment_of(each["at"]), each["who"], what, plain(each["why"]))
    output().print(rows)
    if len(history) > LATEST:
        tell(f"  {len(history) - LATEST} older entries: --json has all")
    tell(f"Who set which value: {asked.command('why', link['job_id'])}")
