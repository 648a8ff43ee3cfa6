"""What changes of a works order mean for a visit that exists: the body of a PUT, and its story.

Pure. LetsJobIt API v2, Update a specific visit. A change touches only the visit fields that really
differ, never `lines`, and keeps in `obs` what others wrote around our block.
"""

from collections.abc import Mapping

from syncd.model import Change, Field, Json, VisitRecord, VisitRules, WorksOrder
from syncd.translate.canonical import text
from syncd.translate.identity import reference_of
from syncd.translate.new_visits import sections
from syncd.translate.obs import Sections, replace, split
from syncd.translate.visits import visit_values

_IN_OBS = (Field.DESCRIPTION, Field.ACCESS)


def visit_changes(
    changed: Mapping[Field, Json],
    visit: VisitRecord,
    *,
    rules: VisitRules,
    order: WorksOrder | None = None,
) -> dict[str, Json]:
    """The body of the PUT that brings the changed fields to these values; {} when nothing differs.

    `order` is what the job says in all; where the visit has lost our block, the block's unchanged
    sections come from there.
    """
    wanted: dict[str, Json] = {}
    for name in sorted(changed.keys() - set(_IN_OBS)):
        value = changed[name]
        wanted |= value if isinstance(value, dict) else {}
    if any(name in changed for name in _IN_OBS):
        wanted["obs"] = _new_obs(changed, visit, rules, order)
    now = visit_values(visit)
    return {name: value for name, value in wanted.items() if value != now.get(name)}


def explain_changes(body: Mapping[str, Json], visit: VisitRecord | None) -> dict[str, Change]:
    """What a POST or PUT body changes, by visit field; `visit` None: there is none yet."""
    now = visit_values(visit) if visit is not None else {}
    return {name: Change(now.get(name), value) for name, value in body.items()}


def _new_obs(
    changed: Mapping[Field, Json],
    visit: VisitRecord,
    rules: VisitRules,
    order: WorksOrder | None,
) -> str:
    reference = reference_of(rules.doc_no, visit.doc_no)
    found = split(visit.obs, reference).sections
    told = sections(WorksOrder({**(order.values if order else {}), **changed}))
    if found is not None:
        has_text, has_access = (name in changed for name in _IN_OBS)
        told = Sections(
            text=told.text if has_text else found.text,
            access=told.access if has_access else found.access,
            preferences=told.preferences if has_access else found.preferences,
        )
    return replace(text(visit.obs), told, reference=reference, tag=None)
