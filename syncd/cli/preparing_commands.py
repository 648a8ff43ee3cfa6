"""The commands that prepare and try, with their options: `init`, `check`, `sandbox`, `demo`, `db`.

What each does is elsewhere; a command loads what it needs when it runs.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from syncd.cli.asked import Asked
from syncd.cli.options import AsJson, Config, Verbose, ran


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
        typer.Option(
            "--name", metavar="NAME", help="Your word for the agency; else the short name."
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option("--store", metavar="URL", help="Where the store is; else sqlite:///syncd.db."),
    ] = None,
    agentos_url: Annotated[
        str, typer.Option("--agentos-url", metavar="URL", help="Another address of AgentOS.")
    ] = "",
    letsjobit_url: Annotated[
        str, typer.Option("--letsjobit-url", metavar="URL", help="Another address of LetsJobIt.")
    ] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Replace a configuration that is there.")
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="PATH", help="What is written; else ./syncd.toml."),
    ] = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Ask for two keys and a few answers, write a configuration, and show the first plan."""

    def work(asked: Asked) -> int:
        from syncd.cli.init import init
        from syncd.cli.init_access import Given, GivenKey

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

    return ran(work, config, as_json, verbose)


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

    return ran(work, config, as_json, verbose)


def demo(
    config: Annotated[Path | None, typer.Option("--config", hidden=True)] = None,
    verbose: Verbose = False,
) -> int:
    """Show the whole story on this machine, with invented people and no account."""

    def work(asked: Asked) -> int:
        from syncd.cli.demo import demo

        return demo()

    return ran(work, config, False, verbose)


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

    return ran(work, config, as_json, verbose)


def db_upgrade(config: Config = None, as_json: AsJson = False, verbose: Verbose = False) -> int:
    """Bring the store's tables up to date; SQLite does so by itself."""

    def work(asked: Asked) -> int:
        from syncd.cli.tables import upgrade

        return upgrade(asked)

    return ran(work, config, as_json, verbose)


def db_current(config: Config = None, as_json: AsJson = False, verbose: Verbose = False) -> int:
    """Say which tables the store has, and which this syncd wants."""

    def work(asked: Asked) -> int:
        from syncd.cli.tables import current

        return current(asked)

    return ran(work, config, as_json, verbose)


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

    return ran(work, config, as_json, verbose)
