"""A configuration of syncd that points at a sandbox (words of the interface, Configuration)."""

import json

from syncd.sandbox.limits import Limit
from syncd.sandbox.seed import OUR_CONTRACTOR
from syncd.sandbox.world import World


def _rate_limit(limit: Limit) -> str:
    """The setting; none where the sandbox has no limit, so that the published one holds."""
    if not limit.requests:
        return "# rate_limit: the vendor's own"
    return f"rate_limit = {{ requests = {limit.requests}, seconds = {limit.window_seconds:g} }}"


def config_text(url: str, world: World, limits: dict[str, Limit]) -> str:
    """The text of a complete syncd.toml for the sandbox at `url`."""
    agency, account = world.agency, world.account
    agentos, letsjobit = limits["agentos"], limits["letsjobit"]
    quoted = json.dumps  # a JSON string is a TOML basic string
    return f"""\
# Written by `syncd sandbox`: syncd against its own stand-ins, with invented people.

[store]
url = "sqlite:///syncd-sandbox.db"

[admin]
# "127.0.0.1:8321" shows the pages of `syncd run` there.
listen = ""

[[connections]]
name = "northgate"

[connections.agentos]
base_url = {quoted(url)}
short_name = {quoted(agency.short_name)}
api_key = {quoted(next(iter(agency.keys)))}
contractors = [{quoted(OUR_CONTRACTOR)}]
{_rate_limit(agentos)}

[connections.agentos.statuses]
visit_when = ["Reported", "Pending"]
in_progress = "In Progress"
awaiting_access = "Awaiting Access"
completed = "Completed"
cancelled = ["Cancelled"]

[connections.letsjobit]
base_url = {quoted(url + "/api/v2")}
api_key = {quoted(account.key)}
company_id = {quoted(account.company_id)}
default_driver = {quoted(next(iter(account.drivers)))}
{_rate_limit(letsjobit)}
"""
