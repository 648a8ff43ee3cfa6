"""What engineers note about leads, and what the agency has of it."""

from syncd.sandbox.ledger import Effect
from tests.closures.story import TAP, Story
from tests.cycle.office import Record, connection_of

TOLD = "Mrs Example at number 12 wants to let her flat, ring 07700 900951"
REFERRAL = "Contractor referral"
ENOUGH = frozenset({"maintenance", "documents", "propertymanagement"})
"""The tiers of a key with which leads can be made."""


def switch_on(document: Record) -> None:
    """Leads are made, as they are by default."""
    connection_of(document)["leads"] = {"enabled": True}


def from_source(name: str) -> object:
    """The change of settings that names this source."""

    def change(document: Record) -> None:
        connection_of(document)["leads"] = {"enabled": True, "source": name}

    return change


def give_fields(story: Story, name: str = "lead") -> None:
    """Visits that were made before leads were switched on get the field, too; or another."""
    world = story.office.box.world
    with world.lock:
        for visit in world.visits.records():
            for line in visit["lines"] or []:
                line.setdefault("extraData", []).append({"name": name, "type": "text"})
            world.put_visit(visit)


def note(story: Story, told: object = TOLD, title: str = TAP) -> Record:
    """The engineer closes the visit of a job and notes a lead."""
    return story.close(title, values={"lead": told})


def made(story: Story) -> list[Record]:
    """The leads that the agency has."""
    world = story.office.box.world
    with world.lock:
        return [dict(each) for each in world.agency.leads.records()]


def sent(story: Story) -> list[Effect]:
    """Leads that were created since the mark."""
    return story.office.effects("lead_created")


def sources(story: Story) -> dict[str, str]:
    """The OIDs of the agency's lead sources by their names."""
    world = story.office.box.world
    with world.lock:
        return {each["Name"]: each["OID"] for each in world.agency.lead_sources.records()}


def open_tiers(story: Story, tiers: frozenset[str]) -> None:
    """Have the key open these tiers."""
    world = story.office.box.world
    with world.lock:
        world.agency.keys = dict.fromkeys(world.agency.keys, tiers)


def is_acknowledged(story: Story, title: str = TAP) -> bool:
    """Whether the engineer's app shows that the office has the closure."""
    return bool(story.visit(title)["confirmClose"])
