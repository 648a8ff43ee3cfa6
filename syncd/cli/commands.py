"""The command line in the words of the interface: every command with its options.

Those that prepare and try are in `preparing_commands`; what each command does is elsewhere.

Only typer is imported here; a command loads what it needs when it runs.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from syncd.cli.asked import Asked
from syncd.cli.marketing_commands import add_marketing
from syncd.cli.options import AsJson, Config, Connection, Verbose, ran
from syncd.cli.preparing_commands import (
    check,
    db_backup,
    db_current,
    db_upgrade,
    demo,
    init,
    sandbox,
)

Wanted = Annotated[
    str,
    typer.Argument(
        metavar="JOB-OR-VISIT", help="A job number or OID, a docNo, a visit's id or _id."
    ),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The connection.")]

WORK, LOOK, DECIDE, PREPARE = "Work", "Look", "Decide", "Prepare and try"


def _only_after(word: str, config: Path | None, as_json: bool, verbose: bool) -> int:
    """Refuse options before the second word of a command: they would not reach it."""
    if config is not None or as_json or verbose:
        raise typer.BadParameter(f"write the options after `{word}`")
    return 0


def run(config: Config = None, as_json: AsJson = False, verbose: Verbose = False) -> int:
    """Keep both sides in step until stopped (SIGTERM); SIGHUP reads the configuration anew."""

    def work(asked: Asked) -> int:
        from syncd.cli.daemon import run

        return run(asked)

    return ran(work, config, as_json, verbose)


def run_once(
    connection: Connection = None,
    deadline: Annotated[
        str | None,
        typer.Option("--deadline", metavar="15m", help="Stop in time: 90s, 15m, 2h."),
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Bring both sides into step, once: read, plan, apply until nothing is due."""

    def work(asked: Asked) -> int:
        from syncd.cli.running import run_once

        return run_once(asked, connection, deadline)

    return ran(work, config, as_json, verbose)


def plan(
    connection: Connection = None,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Show what run-once would do, field by field; nothing is changed."""

    def work(asked: Asked) -> int:
        from syncd.cli.plans import plan

        return plan(asked, connection)

    return ran(work, config, as_json, verbose)


def rebuild(
    connection: Connection = None,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Find the links of an empty store again from both vendors; nothing is sent to them."""

    def work(asked: Asked) -> int:
        from syncd.cli.running import rebuild

        return rebuild(asked, connection)

    return ran(work, config, as_json, verbose)


def status(config: Config = None, as_json: AsJson = False, verbose: Verbose = False) -> int:
    """Health of every connection: last cycle, age of every lane, budgets, outbox, inbox."""

    def work(asked: Asked) -> int:
        from syncd.cli.status import status

        return status(asked)

    return ran(work, config, as_json, verbose)


def show(
    wanted: Wanted, config: Config = None, as_json: AsJson = False, verbose: Verbose = False
) -> int:
    """Show one job and its visit beside each other, with documents, intents and history."""

    def work(asked: Asked) -> int:
        from syncd.cli.show import show

        return show(asked, wanted)

    return ran(work, config, as_json, verbose)


def why(
    wanted: Wanted,
    field: Annotated[
        str | None,
        typer.Argument(metavar="FIELD", help="date, driver, obs, … ; else every field."),
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Say who set a value, when, from what, by which rule and in which cycle."""

    def work(asked: Asked) -> int:
        from syncd.cli.why import why

        return why(asked, wanted, field)

    return ran(work, config, as_json, verbose)


def inbox(
    context: typer.Context,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """List what waits for a person; `inbox resolve` decides."""
    if context.invoked_subcommand is not None:
        return _only_after(context.invoked_subcommand, config, as_json, verbose)

    def work(asked: Asked) -> int:
        from syncd.cli.inbox import list_inbox

        return list_inbox(asked)

    return ran(work, config, as_json, verbose)


def inbox_resolve(
    item_id: Annotated[int, typer.Argument(metavar="ID", help="The number in `syncd inbox`.")],
    choice: Annotated[
        str, typer.Option("--choose", metavar="CHOICE", help="One of the item's choices.")
    ],
    value: Annotated[
        str | None,
        typer.Option("--value", metavar="V", help="The amount or the OID that some choices need."),
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Decide one item; the next cycle acts on it."""

    def work(asked: Asked) -> int:
        from syncd.cli.inbox import resolve

        return resolve(asked, item_id, choice, value)

    return ran(work, config, as_json, verbose)


def outbox(
    context: typer.Context,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """List changes that wait, are in doubt or dead; `outbox requeue` and `discard` decide."""
    if context.invoked_subcommand is not None:
        return _only_after(context.invoked_subcommand, config, as_json, verbose)

    def work(asked: Asked) -> int:
        from syncd.cli.outbox import list_outbox

        return list_outbox(asked)

    return ran(work, config, as_json, verbose)


IntentNumber = Annotated[int, typer.Argument(metavar="ID", help="The number in `syncd outbox`.")]


def outbox_requeue(
    intent_id: IntentNumber,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Have a change tried again in the next cycle."""

    def work(asked: Asked) -> int:
        from syncd.cli.outbox import requeue

        return requeue(asked, intent_id)

    return ran(work, config, as_json, verbose)


def outbox_discard(
    intent_id: IntentNumber,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Drop a change; if it is still wanted, the next cycle plans it anew."""

    def work(asked: Asked) -> int:
        from syncd.cli.outbox import discard

        return discard(asked, intent_id)

    return ran(work, config, as_json, verbose)


def pause(
    name: Name, config: Config = None, as_json: AsJson = False, verbose: Verbose = False
) -> int:
    """Stop one connection after its cycle; nothing is lost however long the pause."""

    def work(asked: Asked) -> int:
        from syncd.cli.pausing import pause

        return pause(asked, name)

    return ran(work, config, as_json, verbose)


def resume(
    name: Name, config: Config = None, as_json: AsJson = False, verbose: Verbose = False
) -> int:
    """Start a paused connection again."""

    def work(asked: Asked) -> int:
        from syncd.cli.pausing import resume

        return resume(asked, name)

    return ran(work, config, as_json, verbose)


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        from syncd import __version__

        typer.echo(f"syncd {__version__}")
        raise typer.Exit


def _all_commands(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_tell_version, help="Say the version."),
    ] = False,
) -> None:
    """Keeps LetsJobIt visits and AgentOS maintenance jobs in agreement."""


def commands() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        callback=_all_commands,
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for panel, each in (
        *((WORK, each) for each in (run, run_once, plan, rebuild)),
        *((LOOK, each) for each in (status, show, why)),
        *((DECIDE, each) for each in (pause, resume)),
        *((PREPARE, each) for each in (init, check, sandbox, demo)),
    ):
        app.command(each.__name__.replace("_", "-"), rich_help_panel=panel)(each)
    app.add_typer(_group("inbox", inbox, resolve=inbox_resolve), rich_help_panel=DECIDE)
    outbox_commands = _group("outbox", outbox, requeue=outbox_requeue, discard=outbox_discard)
    app.add_typer(outbox_commands, rich_help_panel=DECIDE)
    tables = typer.Typer(name="db", help="The store's tables.", no_args_is_help=True)
    for name, command in (("upgrade", db_upgrade), ("current", db_current), ("backup", db_backup)):
        tables.command(name)(command)
    app.add_typer(tables, rich_help_panel=PREPARE)
    add_marketing(app, panel=DECIDE)
    return app


def _group(name: str, alone: Callable[..., int], **below: Callable[..., int]) -> typer.Typer:
    """A command that also has commands of its own."""
    group = typer.Typer(name=name, invoke_without_command=True, callback=alone)
    for word, command in below.items():
        group.command(word)(command)
    return group
