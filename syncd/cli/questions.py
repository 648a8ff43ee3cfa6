"""Questions of `init`: on a terminal asked, elsewhere answered by flags and by what is sure.

Prompts go to standard error. A key is typed without echo and is never shown.
"""

import getpass
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from syncd.cli.screen import say
from syncd.errors import ConfigError, Problem, SyncdError
from syncd.proposing.proposals import Proposal
from syncd.proposing.seen import Option
from syncd.telling.words import count

MOST_SHOWN = 30
"""Options of a list that stand on the screen."""

TRIES = 5
"""How often an answer that fits nothing is asked for again."""


@dataclass(frozen=True)
class Question:
    """What is asked, the flag that answers it, and what there is to choose from.

    `is_open`: other answers than the options are taken as they are. `is_many`: several answers.
    `may_be_none`: no answer is one, typed as "-" or as the word in `none`.
    """

    flag: str
    words: str
    options: Sequence[Option] = ()
    proposal: Proposal = field(default_factory=Proposal)
    is_open: bool = False
    is_many: bool = False
    may_be_none: bool = False
    none: str = "none"


@dataclass
class Questions:
    """The conversation. Without a terminal it collects what no flag answered: see `settle`."""

    is_terminal: bool
    missing: list[Problem] = field(default_factory=list)

    def choose(self, question: Question, given: Sequence[str] | None) -> tuple[Option, ...]:
        """The options that were chosen; of an open question also what is none of them."""
        if given is not None:
            found = _matched(question, [each for each in given if each])
            return self._failed(question, found) if isinstance(found, str) else found
        if self.is_terminal:
            return self._asked(question)
        if question.proposal.is_sure:
            return _proposed(question)
        return self._failed(question, f"is needed: {question.words}", _hint(question))

    def text(self, question: Question, given: str | None) -> str:
        """One answer in words; "" where it is missing and `settle` will say so."""
        chosen = self.choose(question, None if given is None else [given])
        return chosen[0].key if chosen else ""

    def secret(self, flag: str, words: str) -> str:
        """A key, typed without echo; "" where it is missing and `settle` will say so."""
        if not self.is_terminal:
            cure = "the name of the environment variable that holds it"
            self.missing.append(Problem(flag, f"is needed: {words}", cure))
            return ""
        for _ in range(TRIES):
            # Without a prompt's stream of its own, getpass would write to standard output.
            typed = getpass.getpass(f"{_capital(words)} (not shown): ", stream=sys.stderr).strip()
            if typed:
                return typed
        raise _given_up(flag)

    def agree(self, words: str) -> bool:
        """Yes, unless a person says no; without a terminal nobody agreed to anything."""
        if not self.is_terminal:
            return False
        for _ in range(TRIES):
            answer = _typed(f"{words} [Y/n]: ").casefold()
            if answer in ("", "y", "yes"):
                return True
            if answer in ("n", "no"):
                return False
        raise _given_up(words)

    def settle(self) -> None:
        """ConfigError with everything that no flag answered so far."""
        if self.missing:
            raise ConfigError(self.missing)

    def _failed(self, question: Question, message: str, cure: str = "") -> tuple[Option, ...]:
        self.missing.append(Problem(question.flag, message, cure))
        return ()

    def _asked(self, question: Question) -> tuple[Option, ...]:
        bracket = ", ".join(each.name or each.key for each in _proposed(question))
        if not bracket and question.may_be_none and question.proposal.is_sure:
            bracket = question.none
        doubt = "" if question.proposal.is_sure or not bracket else f" ({question.proposal.why}?)"
        prompt = f"{_capital(question.words)}{f' [{bracket}]' if bracket else ''}{doubt}: "
        for _ in range(TRIES):
            answer = _typed(prompt)
            if not answer and bracket:
                return _proposed(question)
            if not answer:
                continue
            none = question.may_be_none and answer.casefold() in ("-", question.none)
            found = () if none else _matched(question, _parts(question, answer))
            if not isinstance(found, str):
                return found
            say(f"  {found}")
        raise _given_up(question.flag)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _typed(prompt: str) -> str:
    sys.stdout.flush()
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise SyncdError("stopped", "stopped: nobody answers", "nothing was written")
    return line.strip()


def _given_up(asked: str) -> SyncdError:
    return SyncdError("usage", f"{asked}: no answer that fits", "see syncd init --help")


def _parts(question: Question, answer: str) -> list[str]:
    """The answers of one line: a name with a comma in it is one."""
    if not question.is_many or _option(question, answer) is not None:
        return [answer]
    return [part.strip() for part in answer.split(",") if part.strip()]


def _matched(question: Question, answers: Iterable[str]) -> tuple[Option, ...] | str:
    """The options that the answers mean, or what is wrong with them."""
    found: list[Option] = []
    for answer in answers:
        option = _option(question, answer)
        if option is None and not question.is_open:
            return f"there is no {answer!r} (there is {_listed(question.options)})"
        found.append(option or Option(answer, ""))
    if len(found) > 1 and not question.is_many:
        return "takes one answer"
    if not found and not question.may_be_none:
        return "needs an answer"
    return tuple(dict.fromkeys(found))


def _option(question: Question, answer: str) -> Option | None:
    """By its key, its name in any case, its number in the list, or a part that one name has."""
    word = answer.strip().casefold()
    ways: tuple[Callable[[Option], bool], ...] = (
        lambda each: each.key == answer.strip(),
        lambda each: each.name.strip().casefold() == word,
    )
    for fits in ways:
        for option in question.options:
            if fits(option):
                return option
    if word.isdecimal() and 0 < int(word) <= len(question.options):
        return question.options[int(word) - 1]
    parts = [each for each in question.options if len(word) > 2 and word in each.name.casefold()]
    return parts[0] if len(parts) == 1 else None


def _proposed(question: Question) -> tuple[Option, ...]:
    known = {each.key: each for each in question.options}
    return tuple(known.get(key, Option(key, "")) for key in question.proposal.keys)


def _hint(question: Question) -> str:
    chosen = _proposed(question)
    if chosen:
        return f"perhaps {_listed(chosen)}: {question.proposal.why}"
    return f"there is {_listed(question.options)}" if question.options else ""


def _listed(options: Sequence[Option]) -> str:
    return ", ".join(
        f"{each.name} ({each.key})" if each.name and len(options) < 4 else each.name or each.key
        for each in options
    )


def show_options(title: str, options: Sequence[Option], *, seen: str, shows_keys: bool) -> None:
    """A numbered list to choose from, on standard error; `seen`: what was counted of each."""
    if not options:
        return
    say(f"\n{title}")
    shown = options[:MOST_SHOWN]
    widest = max(len(each.name or each.key) for each in shown)
    for number, each in enumerate(shown, start=1):
        key = f"  {each.key}" if shows_keys and each.name else ""
        times = f"  {count(each.times_seen, seen)}" if each.times_seen else ""
        say(f"  {number:>2}  {each.name or each.key:<{widest}}{key}{times}".rstrip())
    if len(options) > len(shown):
        say(f"      and {len(options) - len(shown)} more: type a part of the name, or the OID")
