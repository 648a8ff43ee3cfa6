"""What a person does about a vendor that does not let syncd in. Pure."""

from collections.abc import Mapping

SESSION_ENDED = "_session_ended"
"""How the code ends with which the contractor portal does not know the session any more."""

CURES: Mapping[str, str] = {
    SESSION_ENDED: "sign in to the portal again and write the new session to the file that "
    "contractor_portal.session names; it is taken up without a restart",
    "_unauthorized": "compare key, tier and short name with what the vendor gave: "
    "`syncd check --online`",
    "_forbidden": "after a 429 it ends by itself in a quarter of an hour; else ask the vendor what "
    "the key may do",
}
"""By the end of the error's code; every other failure ends by itself or says its own cure."""


def cure_of(code: str | None) -> str | None:
    """What a person has to do before a lane that fails with this code goes on; None: nothing."""
    return next((cure for end, cure in CURES.items() if (code or "").endswith(end)), None)
