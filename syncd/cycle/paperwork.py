"""How one connection's documents and invoices are made, from its settings and its contractor."""

from pathlib import Path

from syncd.apply.hands import Paperwork
from syncd.cycle.charging import charge_rules
from syncd.errors import BadEvidence, ConfigError, Problem
from syncd.evidence.layout import Letterhead
from syncd.evidence.pictures import Picture, read_picture
from syncd.model import DirectoryKind, Part
from syncd.settings import ConnectionSettings
from syncd.store.database import Session
from syncd.store.directory import load_directory


def paperwork_of(
    session: Session, connection: ConnectionSettings, *, cjk_font: Path | None
) -> Paperwork:
    """The letterhead and the rules of a connection; what is not configured is as AgentOS has it."""
    own = connection.contractor
    # Where V3 is the job side there may be no contractor, and no papers.
    first = next(iter(connection.agentos.contractors), "")
    name, vat_number = contractor_words(session, connection, first)
    documents = connection.documents
    return Paperwork(
        mime_type=documents.mime_type,
        when_unknown=documents.when_unknown,
        grace_seconds=documents.grace.total_seconds(),
        letterhead=Letterhead(
            name=own.name or name,
            address=own.address,
            vat_number=vat_number,
            logo=_logo(own.logo, connection.name),
            colour=own.colour,
        ),
        charges=charge_rules(connection, vat_number=vat_number),
        cjk_font=cjk_font,
        go_with_invoice=_beside_invoice(connection),
        unprinted=_unprinted(connection),
    )


def _unprinted(connection: ConnectionSettings) -> frozenset[str]:
    """What an engineer noted of somebody else is no business of the landlord's or the tenant's."""
    return frozenset({connection.leads.field}) if connection.leads.enabled else frozenset()


def _beside_invoice(connection: ConnectionSettings) -> tuple[Part, ...]:
    """The contractor portal takes no documents but those of an invoice."""
    if connection.agentos.channel != "portal":
        return ()
    documents = connection.documents
    wanted = {Part.JOB_SHEET: documents.job_sheet, Part.SIGNATURE: documents.signature}
    return tuple(part for part, is_wanted in wanted.items() if is_wanted)


def contractor_words(session: Session, connection: ConnectionSettings, oid: str) -> tuple[str, str]:
    """The name and the VAT number of a contractor, as AgentOS has them where nothing is set."""
    record = load_directory(session, connection.name, DirectoryKind.CONTRACTOR, [oid]).get(oid)
    known = record.content if record is not None and record.content is not None else {}
    own = connection.contractor
    name = own.name or str(known.get("name") or "")
    return name, own.vat_number or str(known.get("vat_number") or "")


def _logo(path: Path | None, name: str) -> Picture | None:
    if path is None:
        return None
    where = f"connections[{name}].contractor.logo"
    try:
        return read_picture(path.read_bytes())
    except OSError as error:
        problem = Problem(where, f"{path} cannot be read: {error.strerror}", "correct the path")
    except BadEvidence as error:
        problem = Problem(where, error.message, "use a JPEG or PNG picture")
    raise ConfigError([problem])
