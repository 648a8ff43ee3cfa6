"""Questions of `init`: how an answer finds its option, and what holds without a terminal."""

import pytest

from syncd.cli.questions import MOST_SHOWN, Question, Questions, show_options
from syncd.errors import ConfigError
from syncd.proposing.proposals import Proposal
from syncd.proposing.seen import Option

ROOFS = Option("co-1", "Roofs & Gutters, Ltd", 3)
PIPES = Option("co-2", "Pipes of Pitmedden")
PIPERS = Option("co-3", "Pipers")


def question(**more: object) -> Question:
    """A question with three options."""
    return Question("--who", "who it is", (ROOFS, PIPES, PIPERS), **more)  # type: ignore[arg-type]


def chosen(answer: str, **more: object) -> tuple[Option, ...]:
    """What one answer means."""
    questions = Questions(is_terminal=False)
    found = questions.choose(question(**more), [answer])
    questions.settle()
    return found


@pytest.mark.parametrize("answer", ["co-2", "pipes of PITMEDDEN", "2", "pitm"])
def test_an_option_is_found_by_key_name_number_or_part(answer: str) -> None:
    """In any case."""
    assert chosen(answer) == (PIPES,)


@pytest.mark.parametrize("answer", ["pipe", "pi", "0", "4", "co"])
def test_what_fits_several_or_none_is_no_answer(answer: str) -> None:
    """The line says what there is."""
    with pytest.raises(ConfigError, match="there is no"):
        chosen(answer)


def test_an_open_question_takes_what_is_not_listed() -> None:
    """A contractor of a branch that was not read, say."""
    assert chosen("co-9", is_open=True) == (Option("co-9", ""),)


def test_without_a_terminal_only_what_is_sure_is_taken() -> None:
    """A guess is missing, with its flag; everything that is missing is said at once."""
    questions = Questions(is_terminal=False)
    sure, guess = Proposal(("co-1",), True, "the only"), Proposal(("co-2",), False, "a guess")
    assert questions.choose(question(proposal=sure), None) == (ROOFS,)
    assert questions.choose(question(proposal=guess), None) == ()
    assert questions.secret("--key", "the key") == ""
    assert not questions.agree("really")
    with pytest.raises(ConfigError) as refused:
        questions.settle()
    assert [each.path for each in refused.value.problems] == ["--who", "--key"]
    assert "perhaps Pipes of Pitmedden (co-2): a guess" in str(refused.value.problems[0])


def test_nothing_is_an_answer_only_where_it_may_be() -> None:
    """An empty flag."""
    assert chosen("", may_be_none=True) == ()
    with pytest.raises(ConfigError, match="needs an answer"):
        chosen("")


def test_a_long_list_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    """What is left out can still be typed; an empty list is not shown at all."""
    many = [Option(f"co-{number}", f"Name {number}") for number in range(MOST_SHOWN + 5)]
    show_options("Contractors:", many, seen="job", shows_keys=True)
    assert capsys.readouterr().err.endswith("and 5 more: type a part of the name, or the OID\n")
    show_options("Contractors:", (), seen="job", shows_keys=True)
    assert capsys.readouterr().err == ""
