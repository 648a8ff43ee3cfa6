"""`init`: from two keys to a configuration that works, with flags and at a terminal."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from syncd.cli import run
from tests.cli.terminal import STORE, Said, Terminal
from tests.cli.typing_in import Typist, typing_in
from tests.databases import empty_postgres_url, postgres_server_url

__all__ = ["empty_postgres_url", "postgres_server_url"]

CONTRACTOR = ("--contractor", "Garioch Property Care Ltd")
DRIVER = ("--driver", "Liam")

Init = Callable[..., Said]


def addresses(terminal: Terminal) -> list[str]:
    """The flags that point at the sandbox in place of the vendors."""
    url = terminal.box.url
    return [
        "--agentos-url",
        url,
        "--letsjobit-url",
        f"{url}/api/v2",
        "--store",
        f"sqlite:///{STORE}",
    ]


@pytest.fixture
def init(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Init:
    """`syncd init` without a terminal, its keys in the environment, in a directory without any
    configuration."""
    terminal.config.unlink()
    for name, key in zip(("AGENTOS", "LETSJOBIT"), terminal.keys, strict=True):
        monkeypatch.setenv(f"{name}_TEST_KEY", key)
    keys = ["--agentos-key-env", "AGENTOS_TEST_KEY", "--letsjobit-key-env", "LETSJOBIT_TEST_KEY"]

    def call(*words: str) -> Said:
        start = ["init", "--short-name", "northgate", *keys, *addresses(terminal)]
        return terminal(*start, *words)

    return call


def forget_store(terminal: Terminal) -> None:
    """Begin without the store that every test is given."""
    (terminal.directory / STORE).unlink()


def requests_to_agentos(terminal: Terminal) -> int:
    """How many requests the sandbox has counted."""
    return sum(each["vendor"] == "agentos" for each in terminal.ask("GET", "ledger")["entries"])


def test_flags_make_a_configuration_that_works(init: Init, terminal: Terminal) -> None:
    """What is sure is taken, the plan is shown, nothing is written to a vendor; run-once works."""
    said = init(*CONTRACTOR, *DRIVER)
    assert (said.code, said.err) == (0, "")
    assert f"Wrote {terminal.config}." in said.out
    assert "both vendors agree with it" in said.out
    assert "create visit: 8" in said.out
    assert said.out.endswith("When the plan is right, this does it:\n  syncd run-once\n")
    assert 'visit_when = ["Reported", "Pending"]' in terminal.config.read_text()
    assert not terminal.config.with_suffix(".env").exists()
    assert len(terminal.records("visits")) == 5
    assert terminal("check").code == 0
    assert terminal("run-once").code == 0
    assert len(terminal.records("visits")) == 13


def test_few_requests(init: Init, terminal: Terminal) -> None:
    """A handful to propose from; with the check and the plan well within one window's fifty."""
    assert init(*CONTRACTOR, *DRIVER).code == 0
    assert requests_to_agentos(terminal) <= 6 + 3 + 10


def test_what_is_missing_is_named_by_its_flag(terminal: Terminal) -> None:
    """At once what is needed to read, then what cannot be guessed, with what there is; exit 2."""
    terminal.config.unlink()
    said = terminal("init")
    assert said.code == 2
    assert [line.split(":")[1] for line in said.err.splitlines()] == [
        " --short-name",
        " --agentos-key-env",
        " --letsjobit-key-env",
    ]
    assert not terminal.config.exists()


def test_what_is_no_more_than_a_guess_is_not_taken(init: Init, terminal: Terminal) -> None:
    """Without a terminal nobody could object: exit 2 says the guess, and nothing is written."""
    said = init()
    assert said.code == 2
    assert "--contractor: is needed: whose jobs become visits (perhaps Garioch" in said.err
    assert "--driver: is needed: who gets a visit that no rule places (perhaps Liam" in said.err
    assert not terminal.config.exists()


def test_a_status_that_the_agency_does_not_have(init: Init) -> None:
    """Exit 2 before anything is written, with the agency's own names."""
    said = init(*CONTRACTOR, *DRIVER, "--completed", "Finished")
    assert said.code == 2
    assert (
        "--completed: there is no 'Finished' (there is Reported, Pending, In Progress," in said.err
    )


def test_flags_hold_over_proposals(init: Init, terminal: Terminal) -> None:
    """By name in any case, or OID; an empty word is none."""
    words = ("--visit-when", "reported", "--in-progress", "", "--amount-field", "total")
    assert init(*CONTRACTOR, *DRIVER, *words, "--name", "north", "--company-id", "c-1").code == 2
    text = terminal.config.read_text()
    for line in (
        'visit_when = ["Reported"]',
        'in_progress = ""',
        'amount_field = "total"',
        'name = "north"',
        'company_id = "c-1"',
    ):
        assert line in text


def test_nothing_is_replaced_unasked(init: Init, terminal: Terminal) -> None:
    """A configuration that is there stays, with exit 2, unless --force says otherwise."""
    terminal.config.write_text("mine")
    said = init(*CONTRACTOR, *DRIVER)
    assert said.code == 2
    assert "is there already (write it elsewhere with --config, or replace it with --force)" in (
        said.err
    )
    assert terminal.config.read_text() == "mine"
    assert init(*CONTRACTOR, *DRIVER, "--force").code == 0


def test_a_refused_key_ends_with_4_and_leaves_nothing(
    init: Init, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a terminal it cannot be typed again; no store stays behind that was not there."""
    forget_store(terminal)
    monkeypatch.setenv("AGENTOS_TEST_KEY", "aos-wrong")
    said = init(*CONTRACTOR, *DRIVER)
    assert said.code == 4
    assert "401" in said.err
    assert "(nothing was written; check key and short name, and ask the agency" in said.err
    assert list(terminal.directory.iterdir()) == []


def test_an_outage_is_for_the_person_to_repeat(init: Init, terminal: Terminal) -> None:
    """Nobody tries it again by itself; nothing is left behind."""
    forget_store(terminal)
    terminal.fault(kind="status", status=503, vendor="agentos", times=None)
    said = init(*CONTRACTOR, *DRIVER)
    assert (said.code, said.out, said.err.count("\n")) == (4, "", 1)
    assert "(nothing was written; check the network and the address; then give the" in said.err
    assert "tries again" not in said.err
    assert list(terminal.directory.iterdir()) == []


def test_a_store_that_was_there_stays(init: Init, terminal: Terminal) -> None:
    """It may hold what an earlier configuration did."""
    terminal.fault(kind="status", status=503, vendor="agentos", times=None)
    before = (terminal.directory / STORE).stat().st_ino
    assert init(*CONTRACTOR, *DRIVER).code == 4
    assert (terminal.directory / STORE).stat().st_ino == before


def test_answers_that_are_missing_leave_no_store(init: Init, terminal: Terminal) -> None:
    """The vendors were read, and the configuration was not written."""
    forget_store(terminal)
    assert init().code == 2
    assert list(terminal.directory.iterdir()) == []


def test_one_document(init: Init, terminal: Terminal) -> None:
    """--json: what was written, what both vendors say, and the plan; a failure in the same way."""
    said = init(*CONTRACTOR, *DRIVER, "--json")
    assert said.code == 0
    document = said.document
    assert (document["config"], document["variables"]) == (str(terminal.config), None)
    assert document["check"]["outcome"] == "ok"
    (planned,) = document["plan"]["connections"]
    assert [each["kind"] for each in planned["intents"]] == ["create_visit"] * 8
    again = init(*CONTRACTOR, *DRIVER, "--json")
    assert (again.code, again.document["error"]["code"]) == (2, "config")
    wrong = init(*CONTRACTOR, *DRIVER, "--company-id", "c-1", "--force", "--json")
    assert (wrong.code, wrong.document["plan"]) == (2, None)
    assert wrong.document["error"] == wrong.document["check"]["error"]


def test_keys_from_files_are_named_by_their_files(init: Init, terminal: Terminal) -> None:
    """The configuration reads the same file, and holds no key."""
    file = terminal.directory / "agentos.key"
    file.write_text(terminal.keys[0] + "\n")
    assert init(*CONTRACTOR, *DRIVER, "--agentos-key-file", str(file)).code == 0
    text = terminal.config.read_text()
    assert f'api_key = {{ file = "{file}" }}' in text
    assert not [key for key in terminal.keys if key in text]


def test_a_password_is_not_written_into_the_configuration(init: Init, terminal: Terminal) -> None:
    """A database's address with one is refused."""
    said = init("--store", "postgresql://syncd:secret@db.example/syncd")
    assert said.code == 2
    assert "--store: holds a password (put the address into a variable" in said.err
    assert "secret" not in said.err


def test_an_empty_postgres_gets_its_tables(
    init: Init, terminal: Terminal, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before there is a configuration nobody could type `db upgrade`; its address is a variable."""
    monkeypatch.setenv("TEST_STORE", empty_postgres_url)
    said = init(*CONTRACTOR, *DRIVER, "--store", "${TEST_STORE}")
    assert (said.code, said.err) == (0, "")
    assert 'url = "${TEST_STORE}"' in terminal.config.read_text()
    assert terminal("run-once").code == 0


def test_a_directory_that_is_not_there(terminal: Terminal) -> None:
    """Said before a question is asked."""
    said = terminal("init", "--config", "nowhere/syncd.toml")
    assert said.code == 2
    assert "create it: mkdir -p" in said.err


def answer_everything(typist: Typist, terminal: Terminal) -> None:
    """What a person types who agrees with most."""
    agentos, letsjobit = terminal.keys
    typist.answers("short name in AgentOS: ", "northgate")
    typist.answers("AgentOS key (not shown): ", "aos-mistyped")
    typist.answers("LetsJobIt token (not shown): ", letsjobit)
    typist.answers("short name in AgentOS [northgate]: ", "")
    typist.answers("AgentOS key (not shown): ", agentos)
    typist.answers("Whose jobs become visits [Garioch Property Care Ltd]", "1")
    typist.answers("The jobs of which branches [all, also new ones]: ", "")
    typist.answers("A job gets a visit while it is [Reported, Pending]: ", "Reported, nonsense")
    typist.answers("A job gets a visit while it is [Reported, Pending]: ", "1, 2")
    typist.answers("the job becomes [In Progress]: ", "-")
    typist.answers("the job becomes [Awaiting Access]: ", "")
    typist.answers("the job becomes [Completed]: ", "")
    typist.answers("when it is [Cancelled]: ", "")
    typist.answers("Your company's id at LetsJobIt [", "")
    typist.answers("Who gets a visit that no rule places [Liam]", "aisha")
    typist.answers("enters the pounds [invoice_total]: ", "")
    typist.answers("for you alone [Y/n]: ", "y")


def test_at_a_terminal(terminal: Terminal) -> None:
    """Keys are typed unseen, a refused one again; the answers become two files, one of them for
    the owner alone, and everything works with them in a new shell."""
    terminal.config.unlink()
    with typing_in(terminal.directory, "init", *addresses(terminal), environ={}) as typist:
        answer_everything(typist, terminal)
        assert typist.ends() == 0
    assert not [key for key in (*terminal.keys, "aos-mistyped") if key in typist.shown]
    assert "there is no 'nonsense' (there is Reported, Pending," in typist.shown
    assert "create visit: 8" in typist.shown
    text = terminal.config.read_text()
    assert not [key for key in terminal.keys if key in text]
    assert 'in_progress = ""' in text
    assert 'default_driver = "q2WkT8dRz5mYh3sXc"' in text
    variables = terminal.config.with_suffix(".env")
    assert stat.S_IMODE(variables.stat().st_mode) == 0o600
    assert stat.S_IMODE(terminal.config.stat().st_mode) == 0o644
    assert terminal("run-once").code == 0


def test_variables_of_another_agency_stay(terminal: Terminal) -> None:
    """The file of variables is added to; what is set anew is there once."""
    from syncd.cli.writing import keep_variables

    path = terminal.directory / "syncd.env"
    path.write_text("# ours\nOTHER=1\nLETSJOBIT_KEY=old\n")
    keep_variables(path, {"LETSJOBIT_KEY": "new"})
    assert path.read_text() == "# ours\nOTHER=1\nLETSJOBIT_KEY=new\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_person_who_stops_leaves_nothing(terminal: Terminal, tmp_path: Path) -> None:
    """Ctrl-C in a question ends with 130, in one line, and no file is there."""
    terminal.config.unlink()
    with typing_in(terminal.directory, "init", *addresses(terminal), environ={}) as typist:
        typist.answers("short name in AgentOS: ", "\x03")
        assert typist.ends() == 130
    assert "Traceback" not in typist.shown
    assert not terminal.config.exists()


def test_the_help_starts_without_a_configuration() -> None:
    """Every flag has its line."""
    assert run(["init", "--help"]) == 0
