"""What a person can cause in a database, as one line with its cure. Never shows a password."""

import sqlite3

from sqlalchemy.exc import DBAPIError, InternalError, OperationalError, ProgrammingError

from syncd.errors import ConfigError, Problem, SyncdError

_PERMISSIONS = "correct the permissions of it and its directory"


def explain(error: DBAPIError, store: str) -> SyncdError | None:
    """The line for a person about `error`, or None where it is a bug of ours.

    `store` names the database without its password. ConfigError: the setting or the machine is
    wrong and will stay so; any other SyncdError: it may pass.
    """
    if isinstance(error.orig, sqlite3.Error):
        return _explain_sqlite(error.orig, store)
    if isinstance(error, OperationalError | ProgrammingError | InternalError):
        return _explain_postgres(error, store)
    return None


def _explain_sqlite(error: sqlite3.Error, store: str) -> SyncdError | None:
    # Extended names ("SQLITE_BUSY_SNAPSHOT", "SQLITE_IOERR_WRITE") count as what they begin with.
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_BUSY"):
        return _passing(
            "store_locked", f"{store} is locked", "another program writes to it; end it"
        )
    if name == "SQLITE_FULL":
        return _passing("store_full", f"{store}: the disk is full", "make room and start again")
    if name.startswith("SQLITE_IOERR"):
        return _passing(
            "store_unreadable", f"{store}: the disk gave an error ({name})", "check the disk"
        )
    if name.startswith("SQLITE_READONLY"):
        return _lasting(f"{store} may not be written to", _PERMISSIONS)
    if name.startswith("SQLITE_CANTOPEN"):
        return _lasting(f"{store} cannot be opened", _PERMISSIONS)
    if name == "SQLITE_NOTADB":
        return _lasting(f"{store} is not a database of syncd", "name another file, or move it away")
    if name.startswith("SQLITE_CORRUPT"):
        return _lasting(
            f"{store} is damaged",
            "put a backup in its place, or move it away and run syncd rebuild",
        )
    return None


def _explain_postgres(error: DBAPIError, store: str) -> SyncdError | None:
    words = str(error.orig)
    # The driver is an extra, so its classes are not named here. No state: nothing was asked yet.
    state = getattr(error.orig, "sqlstate", None) or ""
    if state == "53100":
        return _passing("store_full", f"{store}: the disk is full", "make room and start again")
    if state == "42501":
        return _lasting(f"{store}: the user lacks a right", "let the user own the tables of syncd")
    if state in ("55P03", "40P01"):
        return _passing(
            "store_locked", f"{store} is locked", "another program writes to it; end it"
        )
    if state == "25P03":
        return _passing(
            "store_unreachable",
            f"{store} ended a transaction in which this machine stood still",
            "nothing is needed: what was begun is done by the next run",
        )
    if not isinstance(error, OperationalError):
        return None
    if "authentication failed" in words or "no password supplied" in words:
        return _lasting(f"{store} refused the user or the password", "correct them in the url")
    if "database" in words and "does not exist" in words:
        return _lasting(f"{store} does not exist on that server", "create it, or correct its name")
    if "role" in words and "does not exist" in words:
        return _lasting(f"{store}: the server knows no such user", "create the user, or correct it")
    if "resolve host" in words or "translate host name" in words:
        return _lasting(f"{store}: there is no such host", "correct the host in the url")
    return _passing(
        "store_unreachable", f"{store} does not answer", "see that the database server runs"
    )


def _passing(code: str, message: str, cure: str) -> SyncdError:
    return SyncdError(code, message, cure)


def _lasting(message: str, cure: str) -> ConfigError:
    return ConfigError([Problem("store.url", message, cure)])
