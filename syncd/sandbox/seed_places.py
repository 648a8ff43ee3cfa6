"""Streets and names of the invented agency."""

# flat, number, street, district, town, post code, archived
PLACES: tuple[tuple[str | None, str | None, str, str, str, str | None, bool], ...] = (
    (None, "999", "West High Street", "", "INVERURIE", "AB51 3QR", False),
    ("Flat 2", "41", "Rosemount Viaduct", "Rosemount", "Aberdeen", "AB25 1NQ", False),
    ("Flat 1/2", "117", "Great Western Road", "", "Aberdeen", "AB10 6QD", False),
    (None, "8", "Burnside Terrace", "Kemnay", "Inverurie", "AB51 5PN", False),
    (None, None, "Rowan Cottage, Mill of Keithhall", "", "Inverurie", "AB51 0LX", False),
    ("Top Floor Left", "26", "Ashvale Place", "", "Aberdeen", "AB10 6PX", False),
    (None, "5", "Linksfield Gardens", "Seaton", "Aberdeen", None, False),
    (None, "63", "Hardgate", "", "Aberdeen", "AB11 6UX", False),
    (None, "12A", "St. Machar Drive", "Old Aberdeen", "Aberdeen", "AB24 3YJ", False),
    (None, "77", "North Street", "", "Inverurie", "AB51 4TR", False),
    ("Room 4", "30", "King Street", "", "Aberdeen", "AB24 5AX", False),
    (None, "19", "Crichie Circle", "Port Elphinstone", "Inverurie", "AB51 3WD", False),
    (None, "2", "Craigie Loanings", "", "Aberdeen", "AB25 2LJ", False),
    ("Flat C", "88", "Union Grove", "", "Aberdeen", "AB10 6SB", False),
    (None, "54", "Gordon Terrace", "Dyce", "Aberdeen", "AB21 7BD", False),
    (None, "7", "Souterford Avenue", "", "Inverurie", "AB51 3NP", False),
    (None, "101", "Victoria Street", "Dyce", "Aberdeen", "AB21 7AX", False),
    (None, "16", "Kirk Brae", "Cults", "Aberdeen", "AB15 9QP", False),
    (None, "33", "Esslemont Avenue", "", "Aberdeen", "AB25 1SR", True),
    ("Flat 3", "9", "Blackhall Road", "", "Inverurie", "AB51 3QE", True),
)
VOID_PLACE = 17
"""The place without a tenancy (beside the archived ones)."""
FORENAMES = (
    *("Moira", "Tomasz", "Siobhán", "Priya", "Ewan", "Zoë", "Fatima", "Craig", "Agnieszka"),
    *("Hamish", "Chidi", "Isla", "Renée", "Struan", "Mei", "Catriona", "Owen", "Yusuf"),
)
SURNAMES = (
    *("Strachan", "Kowalski", "O'Hara", "Raman", "Farquhar", "Müller", "Al-Sayed", "Duthie"),
    *("Nowak", "Geddes", "Okafor", "Cruickshank", "Dupont-Ross", "Leiper", "Chen", "Milne"),
)
