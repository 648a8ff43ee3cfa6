"""The sandbox's own configuration, as text, with other channels to the agency."""

import re
from pathlib import Path

PORTAL_WORDS = """visit_when = ["Open"]
completed = "Completed"
cancelled = ["Cancelled"]
"""

V3_TABLE = """
[connections.create_jobs]
enabled = true
channel = "v3"
only = { docType = "NEW FAULT" }
"""


def beside_v4(text: str, *, url: str, session: Path) -> str:
    """The contractor portal is read beside V4; its session is in a file."""
    return f"""{text}
[connections.contractor_portal]
base_url = "{url}/api/trpc"
contractor_id = "co-0009-4739"
session = {{ file = "{session}" }}
"""


def by_portal(text: str, *, url: str, session: Path) -> str:
    """The portal is the job side: no key, and its own words."""
    keyless = re.sub(r"(short_name = .*\n)api_key = .*\ncontractors = .*\n", r"\1", text)
    words = r'\g<1>channel = "portal"\n'
    keyless = re.sub(r"(\[connections\.agentos\]\n)", words, keyless)
    spoken = re.sub(
        r"(\[connections\.agentos\.statuses\]\n)(?:.+\n)+", rf"\1{PORTAL_WORDS}", keyless
    )
    return beside_v4(spoken, url=url, session=session)


def by_v3(text: str) -> str:
    """The agency opened nothing but V3, for one branch."""
    words = r'\g<1>channel = "v3"\nbranches = ["8DB1-2991-2E39"]\n'
    return re.sub(r"(\[connections\.agentos\]\n)", words, text) + V3_TABLE
