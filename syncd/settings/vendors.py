"""Settings of the two vendors' interfaces and of the contractor portal, per connection."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr

from syncd.settings.table import (
    Key,
    Line,
    RenewedSecret,
    RequiredKey,
    Seconds,
    Switch,
    Table,
    VendorAddress,
    WireNames,
    Words,
    Zone,
    sample,
    table,
)


class RateLimit(Table):
    """How many requests a vendor allows one key in any window of time."""

    requests: Annotated[int, Field(strict=True, ge=1)] = sample(50)
    """Number of requests in a window."""
    seconds: Seconds = sample(60)
    """Length of the window in seconds; it rolls, it does not start on the minute."""


class StatusSettings(Table):
    """What the agency's status types mean, by name (capitals do not matter) or OID; for the
    portal its own words. A status that is named nowhere means: leave the visit as it is."""

    visit_when: tuple[Words, ...] = sample(["Reported", "Pending"], ())
    """Statuses in which a job of our contractor gets a visit. Decides creation only: a job that
    moves on keeps its visit. Required unless `channel` is "v3"; every agency words it in its
    own way."""
    in_progress: Line = ""
    """Status that the job gets when the engineer starts. Empty: starting is not reported,
    because not every agency has such a status. Without effect for the portal, which can only
    complete."""
    awaiting_access: Line = ""
    """Status that the job gets when the visit was skipped. Empty: skipping is not reported as a
    status. Without effect for the portal, which gets a note."""
    completed: Line = sample("Completed", "")
    """Status that the job gets when the closed visit's papers have arrived. Required unless
    `channel` is "v3"."""
    cancelled: tuple[Words, ...] = sample(["Cancelled"], ())
    """Statuses in which a job needs no visit any more: its open visit is withdrawn. Required unless
    `channel` is "v3", so that no engineer drives to a cancelled job; [] where the
    agency has none."""


class AgentosSettings(Table):
    """The letting agency's side: the AgentOS account whose jobs become visits."""

    base_url: VendorAddress = "https://live-api.letmc.com"
    """Web address of the AgentOS API, without the tier. https only, but for this machine. The
    vendor has one address for all agencies."""
    channel: Literal["v4", "portal", "v3"] = "v4"
    """Which interface is the job side: "v4", the V4 Maintenance API; "portal", the contractor
    portal, for contractors whose agency gives out no key; "v3", legacy: field visits become
    jobs and nothing comes back. V4 alone can do everything."""
    short_name: Words = sample("northgate")
    """The agency's short name in AgentOS, part of every address; the agency gives it with the
    key."""
    api_key: Key = sample("${NORTHGATE_AGENTOS_KEY}", SecretStr(""))
    """The agency's key, made in AgentOS under Settings, API Keys, with the Maintenance tier.
    Required unless `channel` is "portal" and nothing else needs it."""
    api_key_in: Literal["header", "query"] = "header"
    """Whether the key travels as the header `api_key` or in the query. Headers stay out of
    logs, as the vendor advises."""
    contractors: tuple[Words, ...] = sample(["co-0009-4739"], ())
    """OIDs of the contractors whose jobs become visits; the first is used where we create jobs.
    At least one for "v4"; for the portal it is that of `contractor_portal`."""
    branches: tuple[Words, ...] = ()
    """OIDs of the branches whose jobs are read; empty: all that the key sees, so that a new
    branch is not forgotten. "v3" needs exactly one."""
    page_size: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1000
    """Records per page of a list, 1 to 1000. The vendor's maximum, because requests are scarce and
    records are not."""
    rate_limit: RateLimit = table(requests=50, seconds=60)
    """Requests that the key may send in any window of that many seconds; all connections with
    the key share them. The vendor's limit; above it keys are blocked."""
    timezone: Zone = ZoneInfo("Europe/London")
    """Zone of all times that the vendors write without one, and of the days in visits. Where
    the agency is."""
    wire: WireNames = Field(default_factory=dict)
    """Corrected names of what we write, Model.Field to the vendor's field, as `syncd check
    --swagger` prints them. Empty: the names that are most likely, for the vendor publishes
    none."""
    statuses: StatusSettings = table()
    """What the agency's status types mean; see the table of its own."""


class LetsjobitSettings(Table):
    """The contractor's side: the LetsJobIt account in which the visits are."""

    base_url: VendorAddress = "https://app.letsjobit.com/api/v2"
    """Web address of the LetsJobIt API v2. https only, but for this machine. The vendor has one
    address for all accounts."""
    api_key: RequiredKey = sample("${LETSJOBIT_KEY}")
    """The account's API token, from the LetsJobIt app."""
    api_key_in: Literal["bearer", "query"] = "bearer"
    """Whether the key travels as a bearer header or as `API_KEY` in the query. The vendor
    documents both; headers stay out of logs."""
    company_id: Words = sample("LPeaJNaLQT6RqcFdt")
    """The company's id as recorded at LetsJobIt; every visit carries it."""
    default_driver: Words = sample("FEn9BJz93svSNPx7p")
    """Id of the engineer (LetsJobIt: driver) who gets the visits that no rule in
    `visit.drivers` places; often the dispatcher. LetsJobIt takes no visit without one."""
    path_id: Literal["_id", "id"] = "_id"
    """Which identity stands in the address of one visit: LetsJobIt's own `_id` or our `id`. The
    vendor's examples show both; `_id` works where ids of two programs might collide."""
    rate_limit: RateLimit = table(requests=100, seconds=10)
    """Requests that the key may send in any window of that many seconds. The vendor's limit."""


class PortalSettings(Table):
    """The myProp contractor portal: the job side where `channel` is "portal", the place of
    statements and payments for every channel."""

    base_url: VendorAddress = sample("https://portal.example/api/trpc")
    """Web address of the portal's tRPC endpoint. https only, but for this machine."""
    contractor_id: Words = sample("co-0009-4739")
    """The contractor whose jobs and statements are read, as an AgentOS OID."""
    session: RenewedSecret = sample("${PORTAL_SESSION}")
    """The signed-in session that the portal asks for. Best kept in a file, because it is
    renewed: a file is read before each cycle."""
    session_in: Literal["cookie", "bearer"] = "cookie"
    """Whether `session` is the whole Cookie header or a bearer token. Browsers use the cookie."""
    transformer: Literal["none", "superjson"] = "none"
    """How the portal packs its answers; "superjson" where answers come wrapped in `json` and
    `meta`. Plain JSON is what tRPC does unasked."""
    follow_payments: Switch = True
    """Whether statements are read to see which invoices were paid. It only reads."""
