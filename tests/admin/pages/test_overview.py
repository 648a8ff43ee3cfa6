"""The chart of the overview: the requests of the last hour, as its table has them."""

import re
from datetime import UTC, datetime

from syncd.cycle.connected import budget_keys
from syncd.model import Side
from syncd.store.database import Session
from syncd.store.tables import budget_minutes
from tests.admin.endpoint import Endpoint
from tests.admin.test_access import signed_in

NOW = datetime(2026, 11, 22, 6, 30, 45, 123456, tzinfo=UTC)
THIS = int(NOW.timestamp()) // 60
ROW = re.compile(
    r'<tr data-at="(\d+)"><th scope="row">([\d:]+)</th>'
    r'<td class="figure" data-value="([\d.]+)">(\d+)</td>'
    r'<td class="figure" data-value="([\d.]+)">(\d+)</td></tr>'
)


async def drawn(endpoint: Endpoint) -> list[tuple[str, ...]]:
    """The rows of the table that the chart is drawn from."""
    async with signed_in(endpoint) as browser:
        page = (await browser.get("/", headers={"accept": "text/html"})).text
    return ROW.findall(page)


async def test_the_chart_has_what_the_store_counted(endpoint: Endpoint) -> None:
    """Sixty whole minutes up to the one that runs, each key's requests in numbers and as a share
    of what it allows in a minute; nothing of other keys, of before, or of a future."""
    keys = budget_keys(endpoint.settings.connections[0])
    ours, theirs = keys[Side.AGENTOS], keys[Side.LETSJOBIT]
    counted = {
        (ours, THIS): 12,
        (theirs, THIS): 600,
        (ours, THIS - 7): 50,
        (ours, THIS - 59): 3,
        (ours, THIS - 60): 40,
        (ours, THIS + 1): 41,
        ("agentos:another", THIS): 42,
    }

    def fill(session: Session) -> None:
        for (key, minute), number in counted.items():
            row = {"key_id": key, "minute": minute, "requests": number}
            session.execute(budget_minutes.insert().values(row))

    endpoint.database.run_now(fill)
    endpoint.now = NOW
    rows = await drawn(endpoint)
    assert [int(at) for at, *_ in rows] == [60 * each for each in range(THIS - 59, THIS + 1)]
    spent = {time: cells for _, time, *cells in rows if cells[1] != "0" or cells[3] != "0"}
    assert spent == {
        "05:31": ["6.0", "3", "0.0", "0"],
        "06:23": ["100.0", "50", "0.0", "0"],
        "06:30": ["24.0", "12", "100.0", "600"],
    }


async def test_a_key_that_was_never_used_has_an_empty_chart(endpoint: Endpoint) -> None:
    """An hour of nothing, as before the first request."""
    rows = await drawn(endpoint)
    assert (len(rows), {tuple(cells) for _, _, *cells in rows}) == (60, {("0.0", "0", "0.0", "0")})
