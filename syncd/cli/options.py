"""The options that every command has, and how a command is run with them."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from syncd.cli.asked import Asked, configure_logging
from syncd.cli.exits import ending

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="PATH",
        help="The configuration; else $SYNCD_CONFIG, ./syncd.toml, /etc/syncd/syncd.toml.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Say on standard error what happens.")]
Connection = Annotated[
    str | None, typer.Option("--connection", metavar="NAME", help="Only this connection.")
]


def ran(work: Callable[[Asked], int], config: Path | None, as_json: bool, verbose: bool) -> int:
    """The exit code of a command, whatever becomes of it."""
    configure_logging(is_verbose=verbose)
    asked = Asked(config, as_json, verbose)
    return ending(lambda: work(asked), as_json=as_json, is_verbose=verbose)
