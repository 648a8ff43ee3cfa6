"""From the configuration file to `Settings`: every mistake is found before anything is refused."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path

from pydantic import ValidationError

from syncd.errors import ConfigError
from syncd.settings.env_file import with_env_file
from syncd.settings.explaining import explain
from syncd.settings.faults import Fault, Location, are_related, problems_from
from syncd.settings.reading import expand, read_document
from syncd.settings.rules import broken_rules
from syncd.settings.shape import example_value, setting_at
from syncd.settings.whole import Settings

_PASSES = 5
"""A wrong table, the table's missing settings, and a rest: more passes than a repair can need."""


def load_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings of a configuration file; raises ConfigError with every mistake in it.

    A variable that the environment lacks is looked up in the file of variables beside it.
    """
    document, directory = read_document(path), path.parent.absolute()
    return settings_from_document(document, with_env_file(environ, path), directory=directory)


def settings_from_document(
    document: Mapping[str, object], environ: Mapping[str, str], *, directory: Path
) -> Settings:
    """The settings of a document that is read already; relative paths in it start at
    `directory`."""
    expanded, unset = expand(document, environ)
    at_settings = [fault for fault in unset if setting_at(fault.where)[2] is not None]
    settings, found = _validated(expanded, directory, at_settings)
    faults = unset + found
    if settings is not None:
        faults += [fault for fault in broken_rules(settings) if _is_sound(fault, faults)]
    if settings is None or faults:
        raise ConfigError(problems_from(faults, expanded))
    return settings


def describe(settings: Settings) -> dict[str, object]:
    """The effective configuration as the file would write it, with every secret as asterisks."""
    return settings.model_dump(mode="json")


def _validated(
    document: Mapping[str, object], directory: Path, known: Sequence[Fault]
) -> tuple[Settings | None, list[Fault]]:
    """The settings, with examples in place of what is wrong, and the faults that were found.

    The settings with examples are only for the rules, so that a mistake in one place does not hide
    another elsewhere.
    """
    found: list[Fault] = []
    document = _repaired(document, [fault.where for fault in known])
    for _ in range(_PASSES):
        try:
            return Settings.model_validate(document, context={"directory": directory}), found
        except ValidationError as error:
            refused = explain(error)
        earlier = [*known, *found]
        found += [fault for fault in refused if _is_sound(fault, earlier)]
        document = _repaired(document, [fault.where for fault in refused])
    return None, found


def _is_sound(fault: Fault, earlier: Sequence[Fault]) -> bool:
    """Whether no earlier fault is about the same settings."""
    places = (fault.where, *fault.about)
    return not any(are_related(place, other.where) for place in places for other in earlier)


def _repaired(document: Mapping[str, object], places: Sequence[Location]) -> dict[str, object]:
    """A copy with an example, or nothing at all, in every place that was refused."""
    copy = deepcopy(dict(document))
    for where in places:
        _repair(copy, where)
    return copy


def _repair(document: dict[str, object], where: Location) -> None:
    """Puts an example in a required setting's place; takes away whatever else was refused there."""
    place, _, field = setting_at(where)
    holder: object = document
    for part in place[:-1]:
        if isinstance(holder, dict):
            holder = holder.setdefault(part, {})
        elif isinstance(holder, list) and isinstance(part, int):
            holder = holder[part]
    last = place[-1]
    if isinstance(holder, list) and isinstance(last, int):
        holder[last] = {}
    elif isinstance(holder, dict):
        holder.pop(last, None)
        if place == ("connections",):
            holder[last] = [{}]
        elif field is not None and field.is_required():
            holder[last] = example_value(field)
