"""What was sent before, and whose answer was lost or never read: whether it shows by now.

Only of what may be done twice without harm; of the rest `doubts` finds out. Pure.
"""

from collections.abc import Mapping

from syncd.model import Field, Intent, IntentKind, Json, VisitRecord, VisitRules
from syncd.store.outbox import StoredIntent
from syncd.translate.visits import works_order_from_visit


def set_on_job(intent: Intent) -> dict[str, str]:
    """What a change of a job sets, by the names of `JobRecord`."""
    names = ("status_id", "contractor_id")
    return {name: str(intent.payload[name]) for name in names if name in intent.payload}


def arrived_on_job(stored: StoredIntent, job: Mapping[str, Json]) -> dict[str, str]:
    """What was set on a job before, where the job, as it was just seen, shows all of it."""
    if stored.attempts == 0 or stored.intent.kind is not IntentKind.UPDATE_JOB:
        return {}
    wanted = set_on_job(stored.intent)
    return wanted if all(job.get(name) == value for name, value in wanted.items()) else {}


def has_visit_arrived(stored: StoredIntent, visit: VisitRecord, rules: VisitRules) -> bool:
    """Whether a change of a visit was sent before, and the visit, as it was just seen, shows it."""
    if stored.attempts == 0:
        return False
    intent = stored.intent
    match intent.kind:
        case IntentKind.CREATE_VISIT:
            return visit.visit_id == intent.visit_id
        case IntentKind.UPDATE_VISIT:
            return _says(visit, intent, rules)
        case IntentKind.WITHDRAW_VISIT:
            return not is_deletion(intent) and not visit.is_in_app
        case IntentKind.CONFIRM_CLOSE:
            return visit.is_confirmed
        case _:
            return False


def is_deletion(intent: Intent) -> bool:
    """Whether what it wants is that there is no visit."""
    return intent.kind is IntentKind.WITHDRAW_VISIT and bool(intent.payload.get("delete"))


def _says(visit: VisitRecord, intent: Intent, rules: VisitRules) -> bool:
    """Whether every field that was to be written is as the job said it then."""
    says, written = works_order_from_visit(visit, rules).values, intent.payload["job"]
    is_shown = visit.is_in_app or not intent.payload.get("unhide")
    wanted = written.items() if isinstance(written, dict) else ()
    return is_shown and all(says.get(Field(name)) == value for name, value in wanted)
