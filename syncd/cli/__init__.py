"""The command line: `syncd`. Thin: it reads settings, asks the layers below, and shows.

Importing this loads nothing heavy, so that `syncd --help` starts at once. `commands` holds every
command with its options; the other modules do what one command says.
"""

import sys
from collections.abc import Sequence
from typing import Any

from syncd.cli.exits import CANNOT, failed, usage_line
from syncd.cli.screen import prepare_streams


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code (interface: "Exit codes")."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code."""
    from typer import TyperException
    from typer.main import get_command

    from syncd.cli.commands import commands

    prepare_streams()
    as_json = "--json" in arguments
    command = get_command(commands())
    _show_flags_bare(command)
    try:
        code = command.main(list(arguments), prog_name="syncd", standalone_mode=False)
    except TyperException as mistake:
        failed(usage_line(mistake), as_json=as_json)
        return CANNOT
    return code if isinstance(code, int) else 0


def _show_flags_bare(command: Any) -> None:
    """Have the help show `--json`, not `--json <bool>`: nothing is to be typed after it."""
    names = list(command.context_settings.get("help_option_names", ["-h", "--help"]))
    helping = command.get_help_option(command.context_class(command, help_option_names=names))
    for option in (*command.params, helping):
        if getattr(option, "is_flag", False):
            option.metavar = ""
    for below in getattr(command, "commands", {}).values():
        _show_flags_bare(below)
