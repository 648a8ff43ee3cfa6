"""`init`: the answers that no vendor gives: who is meant, and what each status means."""

from collections.abc import Mapping, Sequence

from syncd.cli.init_access import Access, Words
from syncd.cli.questions import Question, Questions, show_options
from syncd.cli.screen import say
from syncd.model import Side
from syncd.proposing.configuration import Answers
from syncd.proposing.proposals import (
    ROLES,
    Proposal,
    propose_amount_field,
    propose_company,
    propose_contractor,
    propose_engineer,
    propose_statuses,
)
from syncd.proposing.seen import Account, Agency, Option


def ask_answers(questions: Questions, access: Access, agency: Agency, account: Account) -> Answers:
    given = access.given
    if questions.is_terminal:
        say("\nEnter takes what stands in brackets; else a number or a name, several with commas.")
    contractors = _contractors(questions, given.contractors, agency)
    branches = _branches(questions, given.branches, agency)
    statuses = _statuses(questions, given.statuses, agency)
    company = Question(
        "--company-id",
        "your company's id at LetsJobIt",
        account.companies,
        propose_company(account),
        True,
    )
    company_id = questions.text(company, given.company_id)
    engineer = _engineer(questions, given.driver, account)
    field = Question(
        "--amount-field",
        "the field in which the engineer enters the pounds",
        proposal=propose_amount_field(account),
        is_open=True,
    )
    amount_field = questions.text(field, given.amount_field)
    questions.settle()
    return Answers(
        name=access.name,
        store_url=access.store_url,
        agentos=access.vendor(Side.AGENTOS),
        letsjobit=access.vendor(Side.LETSJOBIT),
        short_name=access.short_name,
        contractors=contractors,
        branches=branches,
        statuses=statuses,
        company_id=company_id,
        engineer=engineer,
        amount_field=amount_field,
    )


def _contractors(questions: Questions, given: Words, agency: Agency) -> Sequence[Option]:
    if questions.is_terminal and given is None:
        show_options("Contractors of the agency:", agency.contractors, seen="job", shows_keys=True)
    return questions.choose(
        Question(
            "--contractor",
            "whose jobs become visits",
            agency.contractors,
            propose_contractor(agency),
            is_open=True,
            is_many=True,
        ),
        given,
    )


def _branches(questions: Questions, given: Words, agency: Agency) -> Sequence[Option]:
    if given is None and len(agency.branches) < 2:
        return ()
    if questions.is_terminal and given is None:
        show_options("Branches:", agency.branches, seen="job", shows_keys=True)
    return questions.choose(
        Question(
            "--branch",
            "the jobs of which branches",
            agency.branches,
            Proposal(is_sure=True),
            is_many=True,
            may_be_none=True,
            none="all, also new ones",
        ),
        given,
    )


def _statuses(
    questions: Questions, given: Mapping[str, Words], agency: Agency
) -> Mapping[str, Sequence[str]]:
    if questions.is_terminal and any(given.get(role.setting) is None for role in ROLES):
        show_options("Statuses of the agency:", agency.statuses, seen="job", shows_keys=False)
        say('Which is which? ("-": the agency has none for it.)')
    proposals = propose_statuses(agency.statuses)
    chosen = {}
    for role in ROLES:
        question = Question(
            f"--{role.setting.replace('_', '-')}",
            role.meaning,
            agency.statuses,
            proposals[role.setting],
            is_many=role.is_many,
            may_be_none=role.is_optional or role.setting == "cancelled",
        )
        found = questions.choose(question, given.get(role.setting))
        chosen[role.setting] = tuple(each.name for each in found)
    return chosen


def _engineer(questions: Questions, given: str | None, account: Account) -> Option:
    if questions.is_terminal and given is None:
        title = "Engineers (of the visits seen):"
        show_options(title, account.engineers, seen="visit", shows_keys=True)
    question = Question(
        "--driver",
        "who gets a visit that no rule places",
        account.engineers,
        propose_engineer(account),
        is_open=True,
    )
    chosen = questions.choose(question, None if given is None else [given])
    return chosen[0] if chosen else Option("", "")
