"""Sessions and attempts, by a clock of the test's own."""

from syncd.admin.sessions import (
    IDLE_SECONDS,
    MOST_IN_ALL,
    MOST_PER_ADDRESS,
    MOST_SESSIONS,
    WINDOW_SECONDS,
    Attempts,
    Sessions,
    same,
)


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_session_lives_while_it_is_used() -> None:
    """Every use prolongs it; twelve idle hours end it."""
    clock = Clock()
    sessions = Sessions(clock)
    cookie = sessions.start("ann", token="t")
    for _ in range(3):
        clock.now += IDLE_SECONDS - 1
        assert sessions.find(cookie, token="t") is not None
    clock.now += IDLE_SECONDS + 1
    assert sessions.find(cookie, token="t") is None


def test_every_session_has_secrets_of_its_own() -> None:
    """Neither cookies nor CSRF tokens repeat, and none shows in what is remembered."""
    sessions = Sessions(Clock())
    cookies = {sessions.start("ann", token="t") for _ in range(50)}
    found = [sessions.find(each, token="t") for each in cookies]
    assert len(cookies) == len({each.csrf for each in found if each is not None}) == 50
    assert not any(cookie in repr(vars(sessions)) for cookie in cookies)


def test_sessions_are_bounded() -> None:
    """Of too many, those that nobody used for longest end."""
    sessions = Sessions(Clock())
    first, second = (sessions.start("ann", token="t") for _ in range(2))
    sessions.find(first, token="t")
    for _ in range(MOST_SESSIONS - 1):
        sessions.start("bob", token="t")
    assert sessions.find(second, token="t") is None
    assert sessions.find(first, token="t") is not None


def test_attempts_are_forgotten_after_a_minute() -> None:
    """Who guessed too often waits until the first of these guesses is a minute old."""
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(MOST_PER_ADDRESS):
        attempts.failed_form("10.0.0.1")
        clock.now += 1
    assert attempts.wait_seconds("10.0.0.1") == WINDOW_SECONDS - MOST_PER_ADDRESS + 1
    assert attempts.wait_seconds("10.0.0.2") == 0
    clock.now += WINDOW_SECONDS - MOST_PER_ADDRESS
    assert attempts.wait_seconds("10.0.0.1") == 0


def test_many_addresses_are_stopped_together() -> None:
    """A hundred wrong tokens a minute in all: then nobody may try."""
    attempts = Attempts(Clock())
    for number in range(MOST_IN_ALL):
        attempts.failed(f"10.0.0.{number}", f"guess {number}")
    assert attempts.wait_seconds("10.9.9.9") > 0


def test_secrets_of_any_length_and_letters_are_compared() -> None:
    """Equal is equal; everything else is not, whatever it is made of."""
    assert same("é" * 40, "é" * 40)
    assert not same("", "a")
    assert not same("a" * 100_000, "a")
    assert not same("\ud800", "a")
