"""What every command is asked for, and what it opens: settings, the store, logging."""

import getpass
import logging
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from syncd.log_words import sentence

if TYPE_CHECKING:
    from syncd.settings import Settings
    from syncd.store.database import Database


@dataclass(frozen=True)
class Asked:
    """The options that every command has, and variables that count as of the environment."""

    config: Path | None
    as_json: bool
    is_verbose: bool
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def path(self) -> Path:
        """The configuration file that holds; ConfigError where there is none."""
        from syncd.settings import find_config

        return find_config(self.config, os.environ, Path.cwd())

    def settings(self) -> "Settings":
        """The settings of that file; ConfigError with every mistake."""
        from syncd.settings import load_settings

        return load_settings(self.path, {**os.environ, **self.variables})

    @contextmanager
    def store(self) -> Iterator[tuple["Settings", "Database"]]:
        """The settings and the store that is there, with the tables of this program.

        Holds nothing, makes nothing: ConfigError where there is no such store.
        """
        from syncd.store import schema

        with self.database(must_be_there=True) as (settings, database):
            schema.need_current(database)
            yield settings, database

    @contextmanager
    def database(self, *, must_be_there: bool = False) -> Iterator[tuple["Settings", "Database"]]:
        """The settings and the store, whatever its tables are; see `Database`."""
        from syncd.store.database import Database

        settings = self.settings()
        url = settings.store.url.get_secret_value()
        database = Database(url, relative_to=settings.directory, must_be_there=must_be_there)
        try:
            yield settings, database
        finally:
            database.close()

    def command(self, *words: str) -> str:
        """A command of syncd to copy, with the configuration that this one was given."""
        config = ["--config", str(self.config)] if self.config is not None else []
        return shlex.join(["syncd", *words, *config])


def who() -> str:
    """Whose decision it is, for the journal: the operating system's name of the user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


class _Lines(logging.Formatter):
    """Lines without a vendor's own words, in which a tenant's name may stand."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = sentence(record)
        return super().formatMessage(record)


def configure_logging(*, is_verbose: bool) -> None:
    """Log to standard error: warnings, and with `--verbose` what syncd does.

    Other libraries only warn: httpx at a lower level would log addresses that can hold a key.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    if not is_verbose:
        # A command says itself, in its own words, what waits for a person.
        handler.addFilter(lambda record: record.name != "syncd.store.endings")
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("syncd").setLevel(logging.DEBUG if is_verbose else logging.WARNING)
