"""Every command with its options, in the words of the interface. What each does is elsewhere.

Only typer is imported here; a command loads what it needs when it runs.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from syncd.cli.asked import Asked, configure_logging
from syncd.cli.exits import ending
from syncd.errors import SyncdError

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
Wanted = Annotated[
    str,
    typer.Argument(
        metavar="JOB-OR-VISIT", help="A job number or OID, a docNo, a visit's id or _id."
    ),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The connection.")]

WORK, LOOK, DECIDE, PREPARE = "Work", "Look", "Decide", "Prepare and try"


def _ran(work: Callable[[Asked], int], config: Path | None, as_json: bool, verbose: bool) -> int:
    configure_logging(is_verbose=verbose)
    asked = Asked(config, as_json, verbose)
    return ending(lambda: work(asked), as_json=as_json, is_verbose=verbose)


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

    return _ran(work, config, as_json, verbose)


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

    return _ran(work, config, as_json, verbose)


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

    return _ran(work, config, as_json, verbose)


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

    return _ran(work, config, as_json, verbose)


def check(
    online: Annotated[
        bool, typer.Option("--online", help="Also ask both vendors; few requests, no writes.")
    ] = False,
    swagger: Annotated[
        Path | None,
        typer.Option(
            "--swagger", metavar="FILE", help="Compare our names with a vendor's Swagger (JSON)."
        ),
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Check the configuration, and with --online that both vendors agree with it."""

    def work(asked: Asked) -> int:
        from syncd.cli.check import check

        return check(asked, is_online=online, swagger=swagger)

    return _ran(work, config, as_json, verbose)


def status(config: Config = None, as_json: AsJson = False, verbose: Verbose = False) -> int:
    """Health of every connection: last cycle, age of every lane, budgets, outbox, inbox."""

    def work(asked: Asked) -> int:
        from syncd.cli.status import status

        return status(asked)

    return _ran(work, config, as_json, verbose)


def show(
    wanted: Wanted, config: Config = None, as_json: AsJson = False, verbose: Verbose = False
) -> int:
    """Show one job and its visit beside each other, with documents, intents and history."""

    def work(asked: Asked) -> int:
        from syncd.cli.show import show

        return show(asked, wanted)

    return _ran(work, config, as_json, verbose)


def why(
    wanted: Wanted,
    field: Annotated[
        str | None,
        typer.Argument(metavar="[FIELD]", help="date, driver, obs, … ; else every field."),
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Say who set a value, when, from what, by which rule and in which cycle."""

    def work(asked: Asked) -> int:
        from syncd.cli.why import why

        return why(asked, wanted, field)

    return _ran(work, config, as_json, verbose)


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

    return _ran(work, config, as_json, verbose)


def inbox_resolve(
    item_id: Annotated[int, typer.Argument(metavar="ID", help="The number in `syncd inbox`.")],
    choice: Annotated[
        str, typer.Option("--choose", metavar="CHOICE", help="One of the item's choices.")
    ],
    value: Annotated[
        str | None, typer.Option("--value", metavar="V", help="What some choices need.")
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Decide one item; the next cycle acts on it."""

    def work(asked: Asked) -> int:
        from syncd.cli.inbox import resolve

        return resolve(asked, item_id, choice, value)

    return _ran(work, config, as_json, verbose)


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

    return _ran(work, config, as_json, verbose)


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

    return _ran(work, config, as_json, verbose)


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

    return _ran(work, config, as_json, verbose)


def pause(
    name: Name, config: Config = None, as_json: AsJson = False, verbose: Verbose = False
) -> int:
    """Stop one connection after its cycle; nothing is lost however long the pause."""

    def work(asked: Asked) -> int:
        from syncd.cli.pausing import pause

        return pause(asked, name)

    return _ran(work, config, as_json, verbose)


def resume(
    name: Name, config: Config = None, as_json: AsJson = False, verbose: Verbose = False
) -> int:
    """Start a paused connection again."""

    def work(asked: Asked) -> int:
        from syncd.cli.pausing import resume

        return resume(asked, name)

    return _ran(work, config, as_json, verbose)


def db_upgrade(config: Config = None, as_json: AsJson = False, verbose: Verbose = False) -> int:
    """Bring the store's tables up to date; SQLite does so by itself."""

    def work(asked: Asked) -> int:
        from syncd.cli.tables import upgrade

        return upgrade(asked)

    return _ran(work, config, as_json, verbose)


def db_current(config: Config = None, as_json: AsJson = False, verbose: Verbose = False) -> int:
    """Say which tables the store has, and which this syncd wants."""

    def work(asked: Asked) -> int:
        from syncd.cli.tables import current

        return current(asked)

    return _ran(work, config, as_json, verbose)


def db_backup(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A file that is not there yet.")],
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Copy the store while syncd runs."""

    def work(asked: Asked) -> int:
        from syncd.cli.tables import backup

        return backup(asked, path)

    return _ran(work, config, as_json, verbose)


def init(
    short_name: Annotated[
        str | None,
        typer.Option("--short-name", metavar="NAME", help="The agency's short name in AgentOS."),
    ] = None,
    agentos_key_env: Annotated[
        str | None,
        typer.Option(
            "--agentos-key-env", metavar="VARIABLE", help="The variable with the AgentOS key."
        ),
    ] = None,
    agentos_key_file: Annotated[
        Path | None,
        typer.Option("--agentos-key-file", metavar="PATH", help="Or the file with it."),
    ] = None,
    letsjobit_key_env: Annotated[
        str | None,
        typer.Option(
            "--letsjobit-key-env", metavar="VARIABLE", help="The variable with the LetsJobIt token."
        ),
    ] = None,
    letsjobit_key_file: Annotated[
        Path | None,
        typer.Option("--letsjobit-key-file", metavar="PATH", help="Or the file with it."),
    ] = None,
    company_id: Annotated[
        str | None,
        typer.Option("--company-id", metavar="ID", help="Your company's id at LetsJobIt."),
    ] = None,
    contractor: Annotated[
        list[str] | None,
        typer.Option("--contractor", metavar="OID", help="Whose jobs become visits (repeatable)."),
    ] = None,
    branch: Annotated[
        list[str] | None,
        typer.Option("--branch", metavar="OID", help="Only these branches; else all."),
    ] = None,
    visit_when: Annotated[
        list[str] | None,
        typer.Option(
            "--visit-when", metavar="STATUS", help="In these a job gets a visit (repeatable)."
        ),
    ] = None,
    in_progress: Annotated[
        str | None,
        typer.Option("--in-progress", metavar="STATUS", help='The visit has begun; "": none.'),
    ] = None,
    awaiting_access: Annotated[
        str | None,
        typer.Option("--awaiting-access", metavar="STATUS", help='Nobody was let in; "": none.'),
    ] = None,
    completed: Annotated[
        str | None, typer.Option("--completed", metavar="STATUS", help="The visit is closed.")
    ] = None,
    cancelled: Annotated[
        list[str] | None,
        typer.Option(
            "--cancelled", metavar="STATUS", help='No visit is needed; "": none (repeatable).'
        ),
    ] = None,
    driver: Annotated[
        str | None,
        typer.Option("--driver", metavar="ID", help="Who gets visits that no rule places."),
    ] = None,
    amount_field: Annotated[
        str | None,
        typer.Option("--amount-field", metavar="NAME", help="Where the pounds are entered."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="Your word for the agency; the short name."),
    ] = None,
    store: Annotated[
        str | None, typer.Option("--store", metavar="URL", help="Where syncd remembers.")
    ] = None,
    agentos_url: Annotated[
        str, typer.Option("--agentos-url", metavar="URL", help="Another address of AgentOS.")
    ] = "",
    letsjobit_url: Annotated[
        str, typer.Option("--letsjobit-url", metavar="URL", help="Another address of LetsJobIt.")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace a configuration.")] = False,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="PATH", help="What is written; else ./syncd.toml."),
    ] = None,
    verbose: Verbose = False,
) -> int:
    """Ask for two keys and a few answers, write a configuration, and show the first plan."""

    def work(asked: Asked) -> int:
        from syncd.cli.init import Given, GivenKey, init

        def one(word: str | None) -> list[str] | None:
            return None if word is None else [word]

        given = Given(
            short_name=short_name,
            agentos_key=GivenKey(agentos_key_env, agentos_key_file),
            letsjobit_key=GivenKey(letsjobit_key_env, letsjobit_key_file),
            name=name,
            company_id=company_id,
            contractors=contractor or None,
            branches=branch or None,
            statuses={
                "visit_when": visit_when or None,
                "in_progress": one(in_progress),
                "awaiting_access": one(awaiting_access),
                "completed": one(completed),
                "cancelled": cancelled or None,
            },
            driver=driver,
            amount_field=amount_field,
            store=store,
            agentos_url=agentos_url,
            letsjobit_url=letsjobit_url,
            replaces=force,
        )
        return init(asked, given, is_terminal=sys.stdin.isatty() and sys.stderr.isatty())

    return _ran(work, config, False, verbose)


def sandbox(
    port: Annotated[int, typer.Option("--port", help="0: any free port.")] = 8400,
    seed: Annotated[int, typer.Option("--seed", help="The same seed, the same people.")] = 7,
    agentos_limit: Annotated[
        str, typer.Option("--agentos-limit", metavar="N/S", help="Requests per seconds.")
    ] = "50/60",
    letsjobit_limit: Annotated[
        str, typer.Option("--letsjobit-limit", metavar="N/S", help="Requests per seconds.")
    ] = "100/10",
    config_out: Annotated[
        Path | None,
        typer.Option("--config-out", metavar="PATH", help="Write a configuration for it."),
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", hidden=True)] = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Serve stand-ins for both vendors on this machine, until Ctrl-C."""

    def work(asked: Asked) -> int:
        from syncd.cli.sandbox import sandbox

        limits = (agentos_limit, letsjobit_limit)
        return sandbox(asked, port=port, seed=seed, limits=limits, config_out=config_out)

    return _ran(work, config, as_json, verbose)


def demo(
    config: Annotated[Path | None, typer.Option("--config", hidden=True)] = None,
    verbose: Verbose = False,
) -> int:
    """Show the whole story on this machine, with invented people and no account."""

    def work(asked: Asked) -> int:
        from syncd.cli.demo import demo

        return demo()

    return _ran(work, config, False, verbose)


LATER = {
    "media": "add photos in AgentOS itself",
    "leads": "add leads in AgentOS itself",
}
"""Commands of the interface that this version does not have, and what to use in their place.

`{example}` is where the example of a configuration is.
"""


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
    for name, instead in LATER.items():
        _add_later(app, name, instead)
    return app


def _group(name: str, alone: Callable[..., int], **below: Callable[..., int]) -> typer.Typer:
    """A command that also has commands of its own."""
    group = typer.Typer(name=name, invoke_without_command=True, callback=alone)
    for word, command in below.items():
        group.command(word)(command)
    return group


def _add_later(app: typer.Typer, name: str, instead: str) -> None:
    def later(context: typer.Context) -> int:
        def work(_: Asked) -> int:
            from syncd.settings import example_config

            cure = instead.format(example=example_config())
            raise SyncdError("not_yet", f"this version has no `syncd {name}` yet", cure)

        return _ran(work, None, "--json" in context.args, False)

    taking_anything = {"allow_extra_args": True, "ignore_unknown_options": True}
    app.command(
        name, hidden=True, context_settings=taking_anything, help="Not in this version yet."
    )(later)
