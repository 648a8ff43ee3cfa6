"""Tests of finding the file, of TOML and of the environment's part."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.errors import ConfigError, Problem
from syncd.settings import example_config, find_config
from syncd.settings.reading import expand, read_document


def problem_of(error: ConfigError) -> Problem:
    """The only problem of an error."""
    (only,) = error.problems
    return only


def test_the_file_that_is_named_first_wins(tmp_path: Path) -> None:
    """The option goes before $SYNCD_CONFIG, and that before ./syncd.toml."""
    for name in ("option.toml", "variable.toml", "syncd.toml"):
        (tmp_path / name).touch()
    environ = {"SYNCD_CONFIG": str(tmp_path / "variable.toml")}
    assert find_config(Path("option.toml"), environ, tmp_path) == tmp_path / "option.toml"
    assert find_config(None, environ, tmp_path) == tmp_path / "variable.toml"
    assert find_config(None, {"SYNCD_CONFIG": ""}, tmp_path) == tmp_path / "syncd.toml"


def test_no_file_anywhere(tmp_path: Path) -> None:
    """Where there is none, the places are named, and the example that can be copied."""
    with pytest.raises(ConfigError) as refused:
        find_config(None, {}, tmp_path)
    problem = problem_of(refused.value)
    assert str(tmp_path / "syncd.toml") in problem.message
    assert "/etc/syncd/syncd.toml" in problem.message
    assert str(example_config()) in problem.cure
    assert example_config().is_file()


def test_a_named_file_is_not_replaced(tmp_path: Path) -> None:
    """A file that was named and is not there is a mistake, even beside a syncd.toml."""
    (tmp_path / "syncd.toml").touch()
    with pytest.raises(ConfigError, match=r"absent\.toml"):
        find_config(Path("absent.toml"), {}, tmp_path)
    with pytest.raises(ConfigError, match=r"which \$SYNCD_CONFIG names"):
        find_config(None, {"SYNCD_CONFIG": "absent.toml"}, tmp_path)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[store]\nurl = secret-value\n", "line 2, column 7"),
        ('[store]\nurl = "secret-value', "end of document"),
        ("[store]\n[store]\n", "line 2, column 7"),
        ("a = 1\na = 2\n", "line 2, column 6"),
        ("page_size = " + "9" * 5000, ""),
        ("a = " + "[" * 5000, ""),
    ],
)
def test_what_is_no_toml(tmp_path: Path, text: str, place: str) -> None:
    """A slip of the pen is told with file, line and column, and without the line's text."""
    path = tmp_path / "syncd.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        read_document(path)
    problem = problem_of(refused.value)
    assert problem.path == (f"{path}, {place}" if place else str(path))
    assert problem.message.startswith("is not TOML: ")
    assert "secret-value" not in str(refused.value)


def test_what_is_no_readable_file(tmp_path: Path) -> None:
    """A folder, an absent file and other encodings are told in one line each."""
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        read_document(tmp_path)
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        read_document(tmp_path / "absent.toml")
    (tmp_path / "latin.toml").write_bytes("name = '£'".encode("latin-1"))
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        read_document(tmp_path / "latin.toml")


def test_a_file_from_another_system(tmp_path: Path) -> None:
    """A byte order mark and CRLF, as some editors write, are no mistake; decimals are exact."""
    path = tmp_path / "syncd.toml"
    path.write_bytes(b"\xef\xbb\xbfone = 0.10\r\ntwo = 2\r\n")
    assert read_document(path) == {"one": Decimal("0.10"), "two": 2}


def test_the_environment_fills_texts_everywhere() -> None:
    """${NAME} is replaced in every text, in lists and tables too, once, and nowhere else."""
    made = {"a": "x-${A}-${B}", "b": [{"c": "${A}"}], "n": 1, "${A}": True}
    expanded, faults = expand(made, {"A": "1", "B": "${A}"})
    assert expanded == {"a": "x-1-${A}", "b": [{"c": "1"}], "n": 1, "${A}": True}
    assert faults == []


def test_a_dollar_escapes() -> None:
    """$${ stands for ${ itself, and a lone dollar for itself."""
    assert expand({"a": "$${A} $5 $$"}, {"A": "1"})[0] == {"a": "${A} $5 $$"}


def test_every_unset_variable_is_told() -> None:
    """Each variable that is not set is a fault at its setting."""
    _, faults = expand({"a": "${A}${B}", "b": ["${C}"]}, {})
    assert [fault.where for fault in faults] == [("a",), ("a",), ("b", 0)]
    assert [fault.message for fault in faults] == [
        f"the environment variable {name} is not set" for name in "ABC"
    ]


@pytest.mark.parametrize("text", ["${", "${}", "${a b}", "${1}", "${A"])
def test_what_is_no_variable(text: str) -> None:
    """${ without a name and its other half is a mistake."""
    _, (fault,) = expand({"a": text}, {"A": "1"})
    assert fault.message == "has ${ without the name of a variable and }"


@given(st.text())
def test_texts_without_a_reference_stay(text: str) -> None:
    """Nothing but ${ is ever changed."""
    plain = text.replace("${", "")
    assert expand({"a": plain}, {}) == ({"a": plain}, [])
