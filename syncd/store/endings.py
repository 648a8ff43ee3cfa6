"""What the log tells of each intent that ends, gets in doubt or is refused: one line each.

Told once its transaction is committed. It names the intent, its kind, job and visit, and the code;
never a value that is written, and never a vendor's words.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from syncd.log_words import about
from syncd.model import IntentKind, IntentState, Json

logger = logging.getLogger(__name__)

OFTEN = frozenset({IntentKind.UPDATE_VISIT, IntentKind.SET_CUSTOM_FIELD})
"""What is written all day: told with `--verbose` alone, unless a person is needed."""

_STATES = {
    IntentState.DONE: "done",
    IntentState.IN_DOUBT: "in doubt: nobody can tell whether it arrived, a person is asked",
    IntentState.DEAD: "refused: nothing repeats it until a person decides",
    IntentState.SUPERSEDED: "not needed any more",
}
_HOW = {
    "answered": "done: sent, and the answer says that it arrived",
    "found": "done: it was there already",
    "a person": "done: a person said that it arrived",
    "statement": "done: the contractor portal's statement shows it",
    "waived": "left out: a person does without it",
}


@dataclass(frozen=True)
class Ended:
    """An intent that has left the outbox, or waits for a person; `how` an effect was proven."""

    intent_id: int
    connection: str
    kind: IntentKind
    state: IntentState
    job_id: str | None
    visit_id: int | None
    part: Json
    code: str | None
    how: str

    def tell(self) -> None:
        """Log it."""
        fields: Mapping[str, object] = {"kind": self.kind.value, "code": self.code}
        with about(connection=self.connection, intent=self.intent_id):
            logger.log(self.level, "%s", self.sentence, extra=fields)

    @property
    def level(self) -> int:
        """What a person has to look at warns; what is written all day is whispered."""
        if self.state in (IntentState.IN_DOUBT, IntentState.DEAD):
            return logging.WARNING
        is_quiet = self.state is IntentState.SUPERSEDED or self.kind in OFTEN
        return logging.DEBUG if is_quiet else logging.INFO

    @property
    def sentence(self) -> str:
        """What, of which job and visit, and what became of it."""
        what = self.kind.value if self.part is None else f"{self.kind.value} ({self.part})"
        numbers = {"job": self.job_id, "visit": self.visit_id}
        where = "".join(f", {name} {each}" for name, each in numbers.items() if each is not None)
        is_done = self.state is IntentState.DONE
        became = _HOW.get(self.how) if is_done else None
        return f"{what}{where}: {became or _STATES[self.state]}"
