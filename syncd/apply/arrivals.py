"""What was sent before, and whose answer was lost or never read: whether it shows by now.

Only of what may be done twice without harm; of the rest `doubts` finds out. Pure.
"""

from syncd.model import Field, Intent, IntentKind, Json, VisitRecord, VisitRules
from syncd.store.outbox import StoredIntent
from syncd.translate.visits import works_order_from_visit


def has_status_arrived(stored: StoredIntent, status_id: Json) -> bool:
    """Whether a status was reported before, and is what the job, as it was just seen, has now."""
    intent = stored.intent
    is_sent = stored.attempts > 0 and intent.kind is IntentKind.UPDATE_JOB
    return is_sent and intent.payload["status_id"] == status_id


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
