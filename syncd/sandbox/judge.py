"""The vendor's view of a client's pace, from the ledger alone.

Every arrival counts, admitted or refused, and nothing that the client believes about its own pace.
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence

from syncd.sandbox.ledger import Entry
from syncd.sandbox.limits import Limit
from syncd.sandbox.shelf import Record


def window_counts(arrivals: Iterable[float], window_seconds: float) -> list[int]:
    """For each arrival (ascending instants) how many there are in the half-open window
    (instant - window, instant] that ends with it."""
    recent: deque[float] = deque()
    counts = []
    for at in arrivals:
        recent.append(at)
        while at - recent[0] >= window_seconds:
            recent.popleft()
        counts.append(len(recent))
    return counts


def longest_run(statuses: Iterable[int | None], status: int) -> int:
    """The greatest number of answers `status` in a row."""
    longest = run = 0
    for answered in statuses:
        run = run + 1 if answered == status else 0
        longest = max(longest, run)
    return longest


def judge_key(entries: Sequence[Entry], limit: Limit) -> Record:
    """The verdict on one key. `windows_over` counts the arrivals that made a window of more than
    the limit; `fullest_window` is the most requests in any window."""
    ordered = sorted(entries, key=lambda entry: entry.at)
    counts = window_counts([entry.at for entry in ordered], limit.window_seconds)
    statuses = [entry.status for entry in ordered]
    return {
        "vendor": ordered[0].vendor,
        "key": ordered[0].key,
        "limit": limit.requests,
        "window_seconds": limit.window_seconds,
        "requests": len(ordered),
        "fullest_window": max(counts),
        "windows_over": sum(1 for count in counts if limit.requests and count > limit.requests),
        "answers_429": statuses.count(429),
        "answers_429_in_a_row": longest_run(statuses, 429),
        "answers_403_blocked": sum(1 for entry in ordered if entry.outcome == "blocked"),
        "by_route": dict(Counter(f"{entry.method} {entry.route}" for entry in ordered)),
    }


def judge(entries: Iterable[Entry], limits: Mapping[str, Limit]) -> list[Record]:
    """One verdict per vendor and key, in order of first arrival."""
    by_key: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        by_key.setdefault((entry.vendor, entry.key), []).append(entry)
    return [judge_key(found, limits[vendor]) for (vendor, _), found in by_key.items()]
