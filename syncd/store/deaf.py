"""Addresses of `notifications.targets` that take nothing, and since when.

The daemon notes them, for `status` and the pages. An address holds passwords: it is known here by a
digest of it, and to people by its place and kind. Noted among the chores.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select

from syncd.store.database import Session
from syncd.store.rows import upsert
from syncd.store.tables import chores

_PREFIX = "deaf target "


def target_name(place: int, url: str) -> str:
    """What people are shown of a target."""
    return f"notifications.targets[{place}] ({url.partition(':')[0]})"


def target_id(url: str) -> str:
    """A name for a target that does not give its address away."""
    return hashlib.blake2b(url.encode(), key=b"syncd target", digest_size=16).hexdigest()


def deaf_targets(session: Session) -> dict[str, datetime]:
    """The targets that take nothing, by `target_id`, and since when."""
    query = select(chores).where(chores.c.name.startswith(_PREFIX, autoescape=True))
    return {row.name.removeprefix(_PREFIX): row.done_at for row in session.execute(query)}


def save_deaf_targets(session: Session, found: Mapping[str, datetime]) -> None:
    """Make these the only ones."""
    session.execute(delete(chores).where(chores.c.name.startswith(_PREFIX, autoescape=True)))
    rows = [{"name": _PREFIX + each, "done_at": since} for each, since in found.items()]
    upsert(session, chores, rows, keys=("name",), compare=())
