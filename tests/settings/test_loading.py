"""Tests of loading: everything wrong in one go, with its place and its cure, and no secret."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.errors import ConfigError
from syncd.settings import describe, load_settings
from tests.settings.made import CONNECTION, connection, document, load, mistakes

MANY_MISTAKES = """
[schedule]
jobs = "5 minutes"
max_new_visits = 3
[guards]
max_withdrawals = "200%"
[[connections]]
name = "northgate"
[connections.agentos]
api_kye = "k"
api_key = "${NORTHGATE_AGENTOS_KEY}"
contractors = "co-1"
[connections.agentos.statuses]
visit_when = ["Reported", "Completed"]
completed = "completed"
[connections.letsjobit]
api_key = { file = "absent" }
default_driver = 5
[[connections]]
[connections.fields]
description = "me"
"""


def test_every_mistake_is_found_in_one_go(tmp_path: Path) -> None:
    """Unset variables, absent files, wrong types, gaps and broken rules come together."""
    path = tmp_path / "syncd.toml"
    path.write_text(MANY_MISTAKES)
    with pytest.raises(ConfigError) as refused:
        load_settings(path, {})
    assert {problem.path for problem in refused.value.problems} == {
        "schedule.jobs",
        "schedule.max_new_visits",
        "guards.max_withdrawals",
        "connections[northgate].agentos.short_name",
        "connections[northgate].agentos.api_kye",
        "connections[northgate].agentos.api_key",
        "connections[northgate].agentos.contractors",
        "connections[northgate].agentos.statuses.completed",
        "connections[northgate].agentos.statuses.cancelled",
        "connections[northgate].letsjobit.api_key",
        "connections[northgate].letsjobit.company_id",
        "connections[northgate].letsjobit.default_driver",
        "connections[1].name",
        "connections[1].agentos.short_name",
        "connections[1].agentos.api_key",
        "connections[1].agentos.contractors",
        "connections[1].agentos.statuses.visit_when",
        "connections[1].agentos.statuses.completed",
        "connections[1].agentos.statuses.cancelled",
        "connections[1].letsjobit.api_key",
        "connections[1].letsjobit.company_id",
        "connections[1].letsjobit.default_driver",
        "connections[1].fields.description",
    }
    assert all(problem.message and problem.cure for problem in refused.value.problems)


@pytest.mark.parametrize(
    ("made", "path", "said"),
    [
        ({}, "connections", "is missing | start every connection with [[connections]]"),
        ({"connections": []}, "connections", "is empty | start every connection with"),
        ({"connections": {}}, "connections", "is not a list | start every connection with"),
        ({"connections": ["a"]}, "connections[0]", "is not a table | start every connection"),
        (document(schedule=5), "schedule", "is not a table | write [schedule] on a line"),
        (document(shedule={}), "shedule", "is no known setting | did you mean schedule?"),
        (document(zzzzz=1), "zzzzz", "is no known setting | known here are store, admin"),
        (document(directory="x"), "directory", "is no known setting | "),
        (document(max_new_visits=1), "max_new_visits", "it belongs under [guards]"),
        (document(**{"a b\n": 1}), '"a b\\n"', "is no known setting"),
        (document(connection(visit__drivers=5)), "connections[northgate].visit.drivers", "not a"),
        (
            document(connection(visit__drivers=[5])),
            "connections[northgate].visit.drivers[0]",
            "is not a table | write it in braces, such as { when = { postcode",
        ),
        (
            document(connection(agentos__rate_limit=5)),
            "connections[northgate].agentos.rate_limit",
            "is not a table | write it in braces, such as { requests = 50, seconds = 60 }",
        ),
        (
            document(connection(fields=5)),
            "connections[northgate].fields",
            "is not a table | write [connections.fields] on a line of its own",
        ),
        (document(connection(agentos="x")), "connections[northgate].agentos", "is not a table"),
        (document(connection(name="North")), "connections[0].name", "is not a name of small"),
        (document(connection(name=["n"])), "connections[0].name", "is not text"),
    ],
)
def test_where_it_is_and_what_to_write(made: dict[str, object], path: str, said: str) -> None:
    """One slip is told once, at its own place, and nothing that follows from it is told."""
    found = mistakes(made)
    assert list(found) == [path]
    assert said in found[path]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("enabled", "yes", "is not true or false | write for example enabled = true"),
        ("enabled", 1, "is not true or false"),
        ("go_live", "soon", "is not a date"),
        ("agentos__page_size", 0, "is less than 1"),
        ("agentos__page_size", 1001, "is more than 1000 | write for example page_size = 1000"),
        ("agentos__page_size", "many", "is not a whole number"),
        ("agentos__page_size", True, "is not a whole number"),
        ("agentos__page_size", Decimal("1.5"), "is not a whole number"),
        ("agentos__channel", "v5", "is not one of 'v4', 'portal' or 'v3'"),
        ("agentos__short_name", "", "is empty | write for example short_name"),
        ("agentos__contractors", [1], "is not text"),
        ("agentos__rate_limit", {"requests": 50}, "is missing | write for example seconds = 60"),
        ("agentos__base_url", "http://a.example", "would send the key unencrypted"),
        ("agentos__wire", {"Amount": "X"}, "has a name that is not Model.Field"),
        ("agentos__api_key", "two words", "contains a character that no key has"),
        ("letsjobit__api_key", "", "is empty"),
        ("visit__due_days", {"Emergncy": 0}, "is not one of 'Emergency'"),
        ("visit__due_days", {"Low": -1}, "is less than 0"),
        ("visit__duration", "0s", "is shorter than 1s"),
        ("visit__skills", {"Plumbing": "Plumber"}, "is not a list"),
        ("visit__extra", {"obs": "x", "id": 1}, "holds id, obs, which syncd fills itself"),
        ("visit__extra", {"closed": 1}, "holds closed, which LetsJobIt fills itself"),
        ("visit__drivers", [{"when": {}, "driver": "d"}], "exactly one condition"),
        ("visit__drivers", [{"when": {"town": "A"}, "driver": "d"}], "is not one of 'branch'"),
        ("fields__driver", "contractor", "is not one of 'agentos', 'letsjobit' or 'ask'"),
        ("invoice__approve", "sometimes", "is not an amount of money"),
        ("contractor__logo", "absent.png", "names no file"),
        ("contractor__colour", "blue", "is not a colour"),
    ],
)
def test_one_wrong_value(path: str, value: object, said: str) -> None:
    """Each wrong value is told once, in a plain sentence at or below its setting."""
    found = mistakes(document(connection(**{path: value})))
    ((place, told),) = found.items()
    assert place.startswith(f"connections[northgate].{path.replace('__', '.')}")
    assert said in told


def test_a_mistake_does_not_hide_the_rules_elsewhere() -> None:
    """A rule that has nothing to do with a wrong value is checked all the same."""
    found = mistakes(document(connection(agentos__page_size=0, invoice__hours_field="labour")))
    assert sorted(path.rpartition(".")[2] for path in found) == ["hourly_rate", "page_size"]


def test_a_mistake_silences_the_rules_about_it() -> None:
    """Nothing is concluded from a value that is wrong itself."""
    found = mistakes(document(connection(agentos__statuses__visit_when="Cancelled")))
    assert [path.rpartition(".")[2] for path in found] == ["visit_when"]


def test_an_unknown_setting_is_told_beside_its_unset_variable() -> None:
    """A misspelt setting with an unset variable needs two corrections and gets both."""
    with pytest.raises(ConfigError) as refused:
        load(document(admin={"tokn": "${ABSENT}"}))
    assert [problem.message for problem in refused.value.problems] == [
        "is no known setting",
        "the environment variable ABSENT is not set",
    ]


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    """The file's text is the secret, without its last line break; the path may use variables."""
    (tmp_path / "key").write_text("from-a-file\r\n")
    made = document(connection(agentos__api_key={"file": "${WHERE}"}))
    (one,) = load(made, {"WHERE": "key"}, tmp_path).connections
    assert one.agentos.api_key.get_secret_value() == "from-a-file"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "names a file that cannot be read: No such file"),
        (b"", "names a file that is empty"),
        (b" \n", "names a file that is empty"),
        (b"\xff\xfe", "names a file that is no text"),
        (b"one\ntwo\n", "contains a line break"),
    ],
)
def test_files_that_hold_no_secret(tmp_path: Path, content: bytes | None, said: str) -> None:
    """An absent, empty or garbled file is told at the setting, without its content."""
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    made = document(connection(letsjobit__api_key={"file": "key"}))
    ((path, told),) = mistakes(made, directory=tmp_path).items()
    assert path == "connections[northgate].letsjobit.api_key"
    assert said in told


@pytest.mark.parametrize("table", [{}, {"path": "x"}, {"file": 1}, {"file": "x", "mode": "r"}])
def test_tables_that_are_no_file(table: dict[str, object]) -> None:
    """Any other table in place of a secret is a mistake."""
    ((_, told),) = mistakes(document(connection(letsjobit__api_key=table))).items()
    assert "is a table" in told


def test_files_stand_only_in_place_of_secrets() -> None:
    """A { file = … } elsewhere is what it looks like: a table where text is due."""
    ((_, told),) = mistakes(document(connection(agentos__short_name={"file": "x"}))).items()
    assert told.startswith("is not text")


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    """Store, logo and directory start where the configuration file is."""
    (tmp_path / "logo.png").touch()
    made = document(connection(contractor__logo="logo.png"))
    settings = load(made, directory=tmp_path)
    assert settings.directory == tmp_path
    assert settings.connections[0].contractor.logo == tmp_path / "logo.png"
    assert settings.store.url.get_secret_value() == f"sqlite:///{tmp_path}/syncd.db"
    elsewhere = load({**made, "store": {"url": "sqlite:////var/lib/syncd.db"}}, directory=tmp_path)
    assert elsewhere.store.url.get_secret_value() == "sqlite:////var/lib/syncd.db"


@pytest.mark.parametrize(
    "url", ["", "syncd.db", "sqlite://", "sqlite:///", "sqlite:///:memory:", "mysql://a/b",
            "postgres://a/b", "postgresql://"],
)  # fmt: skip
def test_what_is_no_store(url: str) -> None:
    """A store is a SQLite file or a Postgres database; memory would forget."""
    assert list(mistakes(document(store={"url": url}))) == ["store.url"]


@pytest.mark.parametrize("driver", ["postgresql", "postgresql+psycopg"])
def test_a_postgres_store(driver: str) -> None:
    """A Postgres address is taken as it is."""
    url = f"{driver}://user:password@host/database"
    store = load(document(store={"url": url})).store
    assert store.url.get_secret_value() == url
    assert not store.is_sqlite


SECRET = "s3cret-Value"


def everywhere(
    value: object, found: list[tuple[str | int, ...]], at: tuple[str | int, ...]
) -> None:
    """Collects the places of all values in a document."""
    if isinstance(value, dict):
        for key, each in value.items():
            everywhere(each, found, (*at, key))
    elif isinstance(value, list | tuple):
        for position, each in enumerate(value):
            everywhere(each, found, (*at, position))
    found.append(at)


def whole_document() -> dict[str, object]:
    """A document with every table and the secret in the key's place."""
    made = describe(load(document(connection())))
    made["store"] = {"url": "sqlite:///syncd.db"}
    one: dict[str, Any] = made["connections"][0]  # type: ignore[index]
    one["agentos"]["api_key"] = one["letsjobit"]["api_key"] = SECRET
    one["agentos"]["rate_limit"]["seconds"] = 60
    return made


def places() -> list[tuple[str | int, ...]]:
    """Every place of the whole document but its root."""
    found: list[tuple[str | int, ...]] = []
    everywhere(whole_document(), found, ())
    return [place for place in found if place]


def with_value(place: tuple[str | int, ...], value: object) -> dict[str, object]:
    """The whole document with a value in one place."""
    made = whole_document()
    holder: Any = made
    for part in place[:-1]:
        holder = holder[part]
    holder[place[-1]] = value
    return made


def test_the_described_configuration_is_one() -> None:
    """What `describe` shows loads again as the same settings, its secrets apart."""
    made = whole_document()
    again = load(made)
    assert describe(again) == describe(load(document(connection())))


@pytest.mark.parametrize(
    "value",
    [
        SECRET,
        [SECRET],
        {SECRET: SECRET},
        {"file": SECRET},
        f"{SECRET}\n${{",
        f"http://{SECRET}.example",
    ],
    ids=["text", "list", "table", "file", "lines", "address"],
)
def test_no_mistake_shows_a_value(value: object) -> None:
    """Wherever a secret was pasted by mistake, what is said about it does not show it."""
    told = [
        sentence if isinstance(value, dict) else path + sentence
        for place in places()
        for path, sentence in mistakes(with_value(place, value)).items()
    ]
    assert len(told) > 50
    assert [sentence for sentence in told if SECRET in sentence] == []


def test_secrets_stay_hidden_in_settings() -> None:
    """Neither the settings' own text nor their description shows a key or the store's password."""
    url = f"postgresql://user:{SECRET}@host/database"
    made = document(
        connection(agentos__api_key=SECRET),
        store={"url": url},
        notifications={
            "targets": [f"slack://{SECRET}"],
            "dead_man_url": f"https://watch.example/{SECRET}",
        },
    )
    settings = load(made)
    assert SECRET not in repr(settings)
    assert SECRET not in str(describe(settings))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just("${ABSENT}"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(places()), _JSON)
def test_whatever_stands_in_the_file(place: tuple[str | int, ...], value: object) -> None:
    """Any value in any place is accepted or told as a mistake; nothing else ever happens."""
    for path, told in mistakes(with_value(place, value)).items():
        assert path
        assert told


def test_the_given_document_stays_as_it_is() -> None:
    """Loading changes nothing in what it was given, whatever is wrong with it."""
    made = document(connection(agentos__page_size=0, extra=1))
    before = repr(made)
    mistakes(made)
    assert repr(made) == before
    assert CONNECTION["name"] == "northgate"
