"""`run`: the daemon in the foreground, until it is told to stop."""

import asyncio

from syncd.cli.asked import Asked
from syncd.cli.exits import DONE
from syncd.daemon.running import run as run_daemon
from syncd.logs import configure_logging, secrets_of
from syncd.settings import Settings


def run(asked: Asked) -> int:
    """Run the lanes that are due until SIGTERM or SIGINT; SIGHUP reads the configuration anew."""
    hidden: set[str] = set()

    def load() -> Settings:
        # The keys of before stay hidden: a file that is refused leaves them in use.
        settings = asked.settings()
        hidden.update(secrets_of(settings))
        configure_logging(hidden, is_verbose=asked.is_verbose)
        return settings

    asyncio.run(run_daemon(load(), load))
    return DONE
