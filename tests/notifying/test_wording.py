"""Messages are short sentences: what, where, and the cure; nothing personal."""

from hypothesis import given
from hypothesis import strategies as st

from syncd.notifying.notices import Fact, Group, Notice, NoticeKind, Saying
from syncd.notifying.wording import LONGEST_NUMBER, MOST_NAMED, age, message_of, plain


def notice(kind: NoticeKind, saying: Saying = Saying.FIRST, count: int = 1) -> Notice:
    """A notice of a connection."""
    group = Group(kind, "northgate")
    facts = tuple(Fact(group, str(n), f"fact {n}", "a_code") for n in range(count))
    return Notice(group, saying, facts if saying is not Saying.WELL else ())


def test_every_kind_says_what_where_and_the_cure() -> None:
    """The title says what and where; the body names the facts, the code, and what to do."""
    for kind in NoticeKind:
        message = message_of([notice(kind)])
        assert message.title.startswith("syncd: northgate: ")
        assert "fact 0 [a_code]" in message.body
        assert message.body.count("\n") == 2
        assert len(message.title) < 100


def test_the_end_is_one_sentence() -> None:
    """All is well again: nothing to do."""
    message = message_of([notice(NoticeKind.STALE, Saying.WELL)])
    assert message.body == "Northgate: everything is read in time again."


def test_many_facts_are_counted() -> None:
    """Of a hundred questions ten are named."""
    body = message_of([notice(NoticeKind.INBOX, count=100)]).body
    assert f"and {100 - MOST_NAMED} more" in body
    assert "100 questions wait for you" in body
    assert body.count("fact ") == MOST_NAMED


def test_several_groups_are_one_message() -> None:
    """What is told in one moment is one mail, the most urgent first."""
    message = message_of([notice(NoticeKind.EMERGENCY), notice(NoticeKind.INBOX)])
    assert message.title == "syncd: northgate: an Emergency job arrived and 1 more"
    assert message.body.count("\n\n") == 1


@given(st.text())
def test_a_number_of_a_vendor_is_harmless(text: str) -> None:
    """Whatever a vendor calls a job: no markup, no line break, no mention of people."""
    said = plain(text)
    assert len(said) <= LONGEST_NUMBER
    assert not set(said) & set("<>@&\n\r\t*`[](){}!|\"'")


def test_ages_are_for_people() -> None:
    """The largest unit that fits, rounded down."""
    said = [age(seconds) for seconds in (0, 59, 60, 119, 3600, 86_400, 400_000)]
    assert said == ["0 seconds", "59 seconds", "1 minute", "1 minute", "1 hour", "1 day", "4 days"]
