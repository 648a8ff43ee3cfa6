"""`media` and `leads` with their options, in the words of the interface.

Only typer is imported here; a command loads what it needs when it runs.
"""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.asked import Asked
from syncd.cli.options import AsJson, Config, Connection, Verbose, ran

if TYPE_CHECKING:
    from syncd.cli.marketing import Where


class MarketWord(StrEnum):
    """What the property is offered for."""

    LETTINGS = "lettings"
    SALES = "sales"


class KindWord(StrEnum):
    """What the file is."""

    PHOTO = "photo"
    FLOOR_PLAN = "floor-plan"
    PORTAL = "portal"


Owner = Annotated[
    str,
    typer.Argument(
        metavar="PROPERTY", help="OID of the lettings property, or of the sales instruction."
    ),
]
Market = Annotated[MarketWord, typer.Option("--market", help="Whose media.")]
Kind = Annotated[KindWord, typer.Option("--kind", help="What kind of media.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def media_list(
    owner: Owner,
    market: Market = MarketWord.LETTINGS,
    kind: Kind = KindWord.PHOTO,
    connection: Connection = None,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Show the photos, floor plans or portal media of a property."""

    def work(asked: Asked) -> int:
        from syncd.cli import marketing

        return marketing.list_media(asked, _where(connection, market, kind, owner))

    return ran(work, config, as_json, verbose)


def media_add(
    owner: Owner,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="What to add.")],
    market: Market = MarketWord.LETTINGS,
    kind: Kind = KindWord.PHOTO,
    yes: Yes = False,
    connection: Connection = None,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Add files to a property: checked, shown, asked, then sent."""

    def work(asked: Asked) -> int:
        from syncd.cli import marketing

        where = _where(connection, market, kind, owner)
        return marketing.add_media(asked, where, files, is_sure=yes)

    return ran(work, config, as_json, verbose)


def media_delete(
    media_id: Annotated[
        str, typer.Argument(metavar="ID", help="OID of the photo or plan, as `media list` shows.")
    ],
    market: Market = MarketWord.LETTINGS,
    kind: Kind = KindWord.PHOTO,
    holder: Annotated[
        str,
        typer.Option(
            "--property", metavar="OID", help="Whose it is: shows name and size before asking."
        ),
    ] = "",
    yes: Yes = False,
    connection: Connection = None,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Delete one photo or floor plan, after asking."""

    def work(asked: Asked) -> int:
        from syncd.cli import marketing

        where = _where(connection, market, kind, media_id)
        return marketing.delete_media(asked, where, holder=holder, is_sure=yes)

    return ran(work, config, as_json, verbose)


def leads_sources(
    connection: Connection = None,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Show the agency's lead sources."""

    def work(asked: Asked) -> int:
        from syncd.cli import marketing

        return marketing.lead_sources(asked, connection)

    return ran(work, config, as_json, verbose)


def leads_add(
    source: Annotated[
        str, typer.Option("--source", help="Name or OID of the source.")
    ] = "Contractor referral",
    lead_type: Annotated[
        str, typer.Option("--type", help="Kind of lead, in the agency's words.")
    ] = "Landlord",
    property_id: Annotated[
        str, typer.Option("--property", metavar="OID", help="The property it is about.")
    ] = "",
    branch_id: Annotated[
        str, typer.Option("--branch", metavar="OID", help="The branch it is for.")
    ] = "",
    forename: Annotated[str, typer.Option("--forename")] = "",
    surname: Annotated[str, typer.Option("--surname", help="Or the company.")] = "",
    email: Annotated[str, typer.Option("--email")] = "",
    phone: Annotated[str, typer.Option("--phone")] = "",
    notes: Annotated[str, typer.Option("--notes")] = "",
    yes: Yes = False,
    connection: Connection = None,
    config: Config = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> int:
    """Create a lead in AgentOS, after asking."""

    def work(asked: Asked) -> int:
        from syncd.agentos.property_management import Lead
        from syncd.cli import marketing

        lead = Lead(
            lead_type=lead_type,
            source_id="",
            branch_id=branch_id,
            property_id=property_id,
            forename=forename,
            surname=surname,
            email=email,
            phone=phone,
            notes=notes,
        )
        return marketing.add_lead(asked, connection, lead, source=source, is_sure=yes)

    return ran(work, config, as_json, verbose)


def add_marketing(app: typer.Typer, *, panel: str) -> None:
    """Add both groups to the command line."""
    media = typer.Typer(
        name="media", help="Photos and plans of a property, by hand.", no_args_is_help=True
    )
    media.command("list")(media_list)
    media.command("add")(media_add)
    media.command("delete")(media_delete)
    leads = typer.Typer(name="leads", help="Leads for the agency, by hand.", no_args_is_help=True)
    leads.command("sources")(leads_sources)
    leads.command("add")(leads_add)
    app.add_typer(media, rich_help_panel=panel)
    app.add_typer(leads, rich_help_panel=panel)


def _where(connection: str | None, market: MarketWord, kind: KindWord, owner: str) -> "Where":
    from syncd.agentos import property_management
    from syncd.cli import marketing
    from syncd.marketing import uploads

    return marketing.Where(
        connection,
        property_management.Market(market.value),
        uploads.MediaKind(kind.value),
        owner,
    )
