"""The twelve maintenance jobs of the invented agency.

Eight are our contractor's and wait for a visit; the others belong to somebody else, are finished,
or have no contractor. Their texts hold what a real office types: several lines, accents, emoji,
HTML.
"""

from dataclasses import dataclass

_OURS = "co-0009-4739"
_PLUMBER = "co-0011-2086"
_SOLE_TRADER = "co-0014-7753"


@dataclass(frozen=True)
class SeedJob:
    """One job; `place` is the number of its property."""

    place: int
    title: str
    description: str
    status: str
    contractor: str | None
    priority: str | None
    category: str | None
    reported_days_ago: int
    due_in_days: int | None = None
    access: str | None = None
    has_unlisted_tenant: bool = False


JOBS = (
    SeedJob(
        place=0,
        title="No heating or hot water",
        description="Boiler shows F28 and will not fire.\nTenant has a baby of 4 months.\n"
        "\nPressure gauge reads 0.2 bar. Last service 03/2024.",
        status="Reported",
        contractor=_OURS,
        priority="Emergency",
        category="Heating",
        reported_days_ago=0,
        access="Access: keys at office, tag 112",
    ),
    SeedJob(
        place=1,
        title="Leak under kitchen sink",
        description="Slow leak from the U-bend; tenant keeps a bowl under it 🪣💧\r\n"
        "Cupboard floor is swollen.",
        status="Reported",
        contractor=_OURS,
        priority="High",
        category="Plumbing",
        reported_days_ago=1,
        due_in_days=2,
    ),
    SeedJob(
        place=2,
        title="Extractor fan noisy",
        description="<b>Bathroom</b> extractor fan grinds & rattles when > 5 min on.",
        status="Pending",
        contractor=_OURS,
        priority="Medium",
        category="Electrical",
        reported_days_ago=4,
        due_in_days=7,
    ),
    SeedJob(
        place=3,
        title="Front door sticking",
        description="Door drags on the threshold, worse after rain. Siobhán's neighbour (No. 10) "
        "says hers does the same.",
        status="Pending",
        contractor=_OURS,
        priority=None,
        category="Joinery",
        reported_days_ago=6,
        access="Any weekday after 15:00; café below has a spare key",
    ),
    SeedJob(
        place=4,
        title="Slate off the roof",
        description="Two slates in the garden after the storm.\nNo water coming in yet.",
        status="Reported",
        contractor=_OURS,
        priority="Urgent",
        category="Roofing",
        reported_days_ago=1,
        due_in_days=1,
    ),
    SeedJob(
        place=6,
        title="Smoke alarm chirping",
        description="Hall alarm chirps every 40 s. Mains type, battery backup.",
        status="Reported",
        contractor=_OURS,
        priority="High",
        category="Electrical",
        reported_days_ago=0,
        access="Access: keys at office",
    ),
    SeedJob(
        place=7,
        title="Broken window handle",
        description="Living room, left sash: handle came off in the hand of the cleaner.",
        status="Reported",
        contractor=_OURS,
        priority="Low",
        category=None,
        reported_days_ago=9,
    ),
    SeedJob(
        place=9,
        title="Washing machine will not drain",
        description="Model Zanussi ZWF81. Error E20.\n\tFilter cleaned by tenant, no change.",
        status="Pending",
        contractor=_OURS,
        priority="Medium",
        category="Appliances",
        reported_days_ago=3,
        due_in_days=5,
        has_unlisted_tenant=True,
    ),
    SeedJob(
        place=10,
        title="Shower tray cracked",
        description="Crack of 10 cm near the waste. Stain on ceiling of flat below.",
        status="Reported",
        contractor=_PLUMBER,
        priority="High",
        category="Plumbing",
        reported_days_ago=2,
    ),
    SeedJob(
        place=12,
        title="Replace bathroom light",
        description="Light fitting failed, replaced like for like.",
        status="Completed",
        contractor=_OURS,
        priority="Medium",
        category="Electrical",
        reported_days_ago=30,
    ),
    SeedJob(
        place=13,
        title="Paint hallway",
        description="Landlord changed his mind.",
        status="Cancelled",
        contractor=_SOLE_TRADER,
        priority="Low",
        category="Decorating",
        reported_days_ago=21,
    ),
    SeedJob(
        place=17,
        title="Clear garden before let",
        description="Void property: grass is knee high, hedge over the pavement.",
        status="Reported",
        contractor=None,
        priority="Low",
        category="Garden",
        reported_days_ago=5,
    ),
)
