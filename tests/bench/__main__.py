"""`make bench`: measure, print a table of ratios with their goals, exit 1 where one is missed.

Ratios only: everything is set against a plain loop over the same pages in the same run, the two in
turns, and the median of the rounds counts. Every measurement has a process of its own.
"""

import sys
from collections.abc import Iterator, Sequence
from statistics import median
from time import perf_counter
from typing import Any

from tests.bench import planner, writes
from tests.bench.account import LEAST_AGENTOS_REQUESTS, Account, running_account
from tests.bench.fresh import measure
from tests.bench.ready import percentile
from tests.bench.table import Line, at_most, exactly, printed

ROUNDS = 3
AGAIN_A_ROUND = 2
VISITS = 20_000
MANY = 100_000
PAGE = 100
READY_MS = 50.0
IDLE_MS = 5.0
"""Within which 19 of 20 answers of an idle syncd come on a machine with nothing else to do."""
FIRST: list[dict[str, str]] = [{}]
AGAIN = [{"closed": "0"}, {"closed": "1", "confirmClose": "0"}]
"""The lists that syncd reads in a first cycle and in every other one."""

Measured = dict[str, Any]

Pair = tuple[Measured, Measured]
"""The plain loop's measurement and syncd's."""


def main() -> int:
    """Everything, with progress on stderr."""
    begin = perf_counter()
    lines: list[Line] = []
    with running_account() as account:
        for part in (_speed, _idle, _memory, _planner, _ready, _books):
            print(f"{part.__name__.strip('_')} ...", file=sys.stderr, flush=True)
            lines.extend(part(account))
    print(printed(lines))
    print(f"medians of {ROUNDS} rounds; {perf_counter() - begin:.0f} s in all")
    return 1 if any(line.is_met is False for line in lines) else 0


def _speed(account: Account) -> Iterator[Line]:
    account.fill("speed", visits=VISITS, state="open")
    first: list[Pair] = []
    again: list[Pair] = []
    for number in range(ROUNDS):
        folder = account.new_store(f"round-{number}")
        copy = str(account.folder / f"copy-{number}.db")
        first.append(_pair(account, FIRST, folder, copy))
        again += [_pair(account, AGAIN, folder, copy) for _ in range(AGAIN_A_ROUND)]
    yield _ratio(f"full pull of {VISITS:,} visits / plain loop", first, 2.5)
    yield _ratio(f"unchanged pass of {VISITS:,} visits / plain loop", again, 1.5)
    yield from _requests(account)
    yield from _rewritten(account)


def _pair(account: Account, filters: list[dict[str, str]], folder: str, copy: str) -> Pair:
    """The loop, and syncd right after it: what disturbs one disturbs the other."""
    asked = {"url": account.url, "key": account.letsjobit_key, "path": copy, "filters": filters}
    loop = measure("tests.bench.loop:pull", **asked)
    return loop, measure("tests.bench.cycle:cycle", folder=folder)


def _ratio(words: str, pairs: list[Pair], goal: float) -> Line:
    wall, cpu = (
        median(syncd[measured] / loop[measured] for loop, syncd in pairs)
        for measured in ("seconds", "cpu_seconds")
    )
    loop_seconds, syncd_seconds = (median(pair[who]["seconds"] for pair in pairs) for who in (0, 1))
    note = f"  ({syncd_seconds:.2f} s / {loop_seconds:.2f} s; by CPU time {cpu:.2f})"
    return at_most(words, wall, goal, note=note)


def _requests(account: Account) -> Iterator[Line]:
    """By the vendors' own count, of a first cycle and of one in which nothing changed."""
    folder = account.new_store("requests")
    least = {"first": VISITS // PAGE, "again": VISITS // PAGE + 1}
    for name, pages in least.items():
        account.requests()
        measure("tests.bench.cycle:cycle", folder=folder)
        sent, fewest = sum(account.requests().values()), pages + LEAST_AGENTOS_REQUESTS[name]
        note = f"  ({sent} / {fewest})"
        yield exactly(f"requests / least possible, {name}", sent / fewest, 1, note=note)


def _rewritten(account: Account) -> Iterator[Line]:
    folder = str(account.folder / "requests")
    writes.count_from_now(folder)
    measure("tests.bench.cycle:cycle", folder=folder)
    counted = writes.counted(folder)
    records = sum(rows for table, rows in counted.items() if table not in writes.OWN_RECORD)
    yield exactly("rows rewritten when nothing changed", records, 0)
    own = ", ".join(f"{table} {rows}" for table, rows in sorted(counted.items()))
    yield Line("rows of the cycle's own record", own)


def _idle(account: Account) -> Iterator[Line]:
    """An account whose visits are done, as most are: the filters spare the sweep."""
    account.fill("idle", visits=VISITS, state="confirmed")
    folder = account.new_store("idle")
    measure("tests.bench.cycle:cycle", folder=folder)
    account.requests()
    measure("tests.bench.cycle:cycle", folder=folder)
    sent = account.requests()["letsjobit"]
    share = sent * PAGE / VISITS
    words = f"LetsJobIt requests, idle cycle of {VISITS:,} closed visits / full sweep"
    yield at_most(words, share, 0.03, note=f"  ({sent} / {VISITS // PAGE})")


def _memory(account: Account) -> Iterator[Line]:
    few = account.new_store("few")
    many = account.new_store("many")
    account.fill("few", visits=VISITS, state="open")
    small = [measure("tests.bench.cycle:cycle", folder=few) for _ in range(2)]
    account.fill("many", visits=MANY, state="open")
    large = [measure("tests.bench.cycle:cycle", folder=many) for _ in range(2)]
    for name, one, other in zip(("full pull", "unchanged pass"), small, large, strict=True):
        words = f"peak memory {MANY:,} / {VISITS:,} visits, {name}"
        yield _memory_line(words, one, other)


def _memory_line(words: str, small: Measured, large: Measured) -> Line:
    note = f"  ({large['peak_mb']:.0f} MB / {small['peak_mb']:.0f} MB)"
    return at_most(words, large["peak_mb"] / small["peak_mb"], 1.25, note=note)


def _planner(account: Account) -> Iterator[Line]:
    account.fill("planner", visits=PAGE, state="confirmed")
    few, many = (_planned(account, count, is_settled=True) for count in (VISITS, MANY))
    words = f"planner pass over {MANY:,} unchanged links"
    yield Line(words, f"{MANY / many['seconds']:,.0f} rows/s, {many['peak_mb']:.0f} MB at most")
    yield _memory_line(f"peak memory {MANY:,} / {VISITS:,} unchanged links", few, many)
    anew = _planned(account, VISITS, is_settled=False)
    rate = f"{VISITS / anew['seconds']:,.0f} rows/s, {anew['peak_mb']:.0f} MB at most"
    yield Line(f"planner pass over {VISITS:,} links when the rules changed", rate)


def _planned(account: Account, links: int, *, is_settled: bool) -> Measured:
    folder = _linked(account, f"planner-{links}-{is_settled}", links, is_settled=is_settled)
    return measure("tests.bench.planner:plan", folder=folder)


def _linked(account: Account, name: str, links: int, *, is_settled: bool) -> str:
    folder = account.new_store(name)
    for _ in range(2):  # the first cycle makes the links, the second finds them settled
        measure("tests.bench.cycle:cycle", folder=folder)
    planner.multiply_link(folder, links=links, is_settled=is_settled)
    return folder


def _ready(account: Account) -> Iterator[Line]:
    """The two halves of a cycle apart: a plan of every link anew, and first pulls."""
    idle = account.new_store("ready-idle")
    account.fill("ready", visits=PAGE, state="confirmed")
    linked = _linked(account, "ready-links", MANY, is_settled=False)
    planned = measure("tests.bench.ready:during_plan", folder=linked, idle=idle)
    yield from _ready_lines(f"while {MANY:,} links are planned anew", [planned])
    account.fill("ready-pull", visits=MANY, state="open")
    pulled = [
        measure("tests.bench.ready:during_cycle", folder=account.new_store(name), idle=idle)
        for name in ("ready-first", "ready-second")
    ]
    yield from _ready_lines(f"while {MANY:,} visits are pulled", pulled)


def _ready_lines(when: str, measured: Sequence[Measured]) -> Iterator[Line]:
    """Beside an idle syncd's answers in the same moments. What those take longer than on a calm
    machine is subtracted. Not divided by: that would hide more of our own faults the busier the
    machine is."""
    busy, idle = ([ms for each in measured for ms in each[who]] for who in ("busy", "idle"))
    for words, share in (("median", 0.5), ("19 of 20 within", 0.95)):
        least, most = percentile(idle, share), percentile(busy, share)
        note = f"  ({most:.1f} ms / {least:.1f} ms)"
        yield Line(f"readyz {when} / an idle syncd's, {words}", f"{most / least:.2f}{note}")
    seen = percentile(busy, 0.95)
    noise = max(0.0, percentile(idle, 0.95) - IDLE_MS)
    note = f"  ({seen:.1f} ms, {noise:.1f} of them the machine's; the slowest of {len(busy)}: "
    words = f"readyz {when}, ms, 19 of 20"
    yield at_most(words, seen - noise, READY_MS, note=f"{note}{max(busy):.1f} ms)")


def _books(account: Account) -> Iterator[Line]:
    folders = [account.new_store(f"books-{number}") for number in range(ROUNDS)]
    saved = [measure("tests.bench.books:saving", folder=f, count=VISITS) for f in folders]
    ratio = median(each["raw_seconds"] / each["seconds"] for each in saved)
    rate = VISITS / median(each["seconds"] for each in saved)
    yield Line("upserted rows/s / raw sqlite3", f"{ratio:.2f}  ({rate:,.0f} rows/s)")
    count = 300
    asked = [measure("tests.bench.books:permits", folder=f, count=count) for f in folders]
    cost = median(each["seconds"] for each in asked) / count * 1000
    yield Line("permit and settlement of one request", f"{cost:.1f} ms")


if __name__ == "__main__":
    sys.exit(main())
