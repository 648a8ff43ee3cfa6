"""What becomes of invoices: the agency pays or forgets them, and the office looks."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from syncd.payments import FollowedInvoice
from syncd.store.database import Session
from syncd.store.inbox import InboxItem
from syncd.store.payments import followed_invoices, invoices_of_link
from tests.closures.story import TAP, Story
from tests.cycle.office import OURS, Office, Record, connection_of


def with_portal(document: Record, *, url: str, session: Any, **more: Any) -> None:
    """Put the sandbox's portal into a configuration."""
    connection_of(document)["contractor_portal"] = {
        "base_url": f"{url}/api/trpc",
        "contractor_id": OURS,
        "session": session,
        **more,
    }


@dataclass
class Books:
    """One office's invoices, as seen by those who pay and by those who wait."""

    story: Story

    def invoice(self, title: str = TAP) -> Record:
        """The one invoice that AgentOS has of the job."""
        (found,) = self.story.invoices(title)
        return found

    def invoices(self) -> list[Record]:
        """Every invoice that AgentOS has, by its number."""
        with self.story.office.box.world.lock:
            found = self.story.office.box.world.agency.invoices.records()
        return sorted(found, key=lambda each: str(each["InvoiceNumber"]))

    def pay(self, invoice: Record, amount: str | None = None) -> None:
        """The agency pays an invoice, in full or with another amount."""
        sent = {} if amount is None else {"amount": float(amount)}
        self.story.office._ask("POST", f"/invoices/{invoice['OID']}/pay", sent)

    def lose(self, invoice: Record) -> None:
        """The invoice is in AgentOS and on no list of the portal."""
        self.story.office.edit("invoices", invoice["OID"], IsLost=True)

    def portal(self, **session: str) -> None:
        """Change what opens the portal."""
        self.story.office._ask("PUT", "/portal", session)

    def followed(self, title: str = TAP) -> FollowedInvoice:
        """What syncd knows of the one invoice of a job."""
        office = self.story.office
        link = office.link_of(office.job_titled(title))
        (found,) = office.app.database.read_now(_of_link, link.link_id)
        return found

    def questions(self) -> list[InboxItem]:
        """What waits for a person about payments."""
        return self.story.office.inbox("payment")


def every_followed(office: Office) -> list[FollowedInvoice]:
    """Every invoice that syncd follows or followed."""
    return office.app.database.read_now(_all)


def _all(session: Session) -> list[FollowedInvoice]:
    return followed_invoices(session, "northgate", paid_since=datetime(2000, 1, 1, tzinfo=UTC))


def _of_link(session: Session, link_id: int) -> list[FollowedInvoice]:
    return invoices_of_link(session, link_id)
