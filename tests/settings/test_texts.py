"""Tests of texts with a form of their own."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.settings.mistakes import Mistake
from syncd.settings.texts import (
    ListenAddress,
    is_loopback,
    one_line,
    parse_colour,
    parse_connection_name,
    parse_date,
    parse_listen,
    parse_public_address,
    parse_time_of_day,
    parse_vendor_address,
    parse_web_address,
    parse_wire_names,
    parse_zone,
    template_parser,
)


def test_where_the_admin_endpoint_listens() -> None:
    """A host and a port are told apart, in IPv6 too; nothing turns it off."""
    assert parse_listen("127.0.0.1:8321") == ListenAddress("127.0.0.1", 8321)
    assert parse_listen("[::1]:0") == ListenAddress("::1", 0)
    assert str(parse_listen("[::1]:80")) == "[::1]:80"
    assert parse_listen("") is None


@pytest.mark.parametrize("value", ["8321", "localhost", "h:65536", "::1:80", "a b:1", 8322, True])
def test_what_is_no_host_and_port(value: object) -> None:
    """Half an address is refused."""
    with pytest.raises(Mistake, match="is not a host and a port"):
        parse_listen(value)


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("LocalHost", True),
        ("0.0.0.0", False),  # noqa: S104 it is what must not pass for loopback
        ("::", False),
        ("192.0.2.1", False),
        ("localhost.example", False),
    ],
)
def test_what_is_this_machine(host: str, is_own: bool) -> None:
    """Only loopback addresses and localhost itself mean this machine."""
    assert is_loopback(host) is is_own


def test_times_and_days() -> None:
    """Times of day and days are read from text and from TOML's own; nothing means none."""
    assert parse_time_of_day("07:30") == time(7, 30)
    assert parse_time_of_day(time(7, 30)) == time(7, 30)
    assert parse_time_of_day("") is None
    assert parse_date("2026-11-22") == date(2026, 11, 22)
    assert parse_date(date(2026, 11, 22)) == date(2026, 11, 22)
    assert parse_date("") is None


@pytest.mark.parametrize("value", ["7:30", "24:00", "07:60", "07:30:00", 730])
def test_what_is_no_time_of_day(value: object) -> None:
    """A time without two digits each, or past the day's end, is refused."""
    with pytest.raises(Mistake, match="is not a time of day"):
        parse_time_of_day(value)


@pytest.mark.parametrize(
    "value", ["22/11/2026", "2026-02-30", "20261122", "2026-W47-7", datetime(2026, 1, 1), 2026]
)
def test_what_is_no_day(value: object) -> None:
    """Other forms, days that do not exist, and days with a time are refused."""
    with pytest.raises(Mistake, match="is not a date"):
        parse_date(value)


@pytest.mark.parametrize("value", ["blue", "#fff", "1f3a5f", "#1f3a5g"])
def test_what_is_no_colour(value: str) -> None:
    """A colour is a hash and six hexadecimal digits."""
    with pytest.raises(Mistake, match="is not a colour"):
        parse_colour(value)


@pytest.mark.parametrize("value", ["", "Europe", "Europe/Lundon", "../etc/passwd", "/etc", 1, None])
def test_what_is_no_time_zone(value: object) -> None:
    """Unknown zones, folders of zones and paths are refused."""
    with pytest.raises(Mistake, match="is not a known time zone"):
        parse_zone(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "live-api.example",
        "ftp://a.example",
        "https://",
        "https://a.example/ b",
        "https://a.example:b",
        "https://[",
    ],
)
def test_what_is_no_web_address(value: str) -> None:
    """An address needs http or https and a host."""
    with pytest.raises(Mistake, match="is not a web address"):
        parse_web_address(value)


@pytest.mark.parametrize(
    "value", ["https://u:p@a.example", "https://a.example/?k=v", "https://a.example/#x"]
)
def test_addresses_hold_no_key(value: str) -> None:
    """An address with a user, a query or a fragment is refused."""
    with pytest.raises(Mistake, match="more than a host and a path"):
        parse_web_address(value)


def test_keys_travel_encrypted() -> None:
    """Plain http is for this machine only; the slash at the end is dropped."""
    assert parse_vendor_address("http://127.0.0.1:8400/v2/") == "http://127.0.0.1:8400/v2"
    assert parse_vendor_address("https://a.example/") == "https://a.example"
    with pytest.raises(Mistake, match="unencrypted"):
        parse_vendor_address("http://a.example")


@pytest.mark.parametrize("value", ["Northgate", "north gate", "", "nörd", "a_b", "a" * 65, "a\n"])
def test_what_is_no_connection_name(value: str) -> None:
    """A name has small letters, digits and hyphens, at most 64."""
    with pytest.raises(Mistake, match="small letters, digits and hyphens"):
        parse_connection_name(value)


@pytest.mark.parametrize("value", ["a\nb", "a\x00", "a\u2028b", "\x7f"])
def test_one_line_is_one_line(value: str) -> None:
    """Line breaks and control characters have no place in a setting."""
    with pytest.raises(Mistake, match="line break or a control character"):
        one_line(value)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ({"Amount": "InvoiceAmount"}, "not Model.Field"),
        ({"A.B.C": "D"}, "not Model.Field"),
        ({"Model.Amount": ""}, "no field name"),
        ({"Model.Amount": "a b"}, "no field name"),
        ({"Model.Amount": "X", "Model.Total": "X"}, "another field of the model has"),
    ],
)
def test_wire_names(names: dict[str, str], sentence: str) -> None:
    """Corrected names go from Model.Field to one field each."""
    with pytest.raises(Mistake, match=sentence):
        parse_wire_names(names)


def test_the_same_wire_name_in_two_models() -> None:
    """Two models may name a field alike."""
    names = {"One.Amount": "X", "Other.Amount": "X"}
    assert parse_wire_names(names) == names


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("AOS", "lacks {reference}"),
        ("{reference}-{year}", "unknown placeholder"),
        ("{}", "unknown placeholder"),
        ("{reference.__class__}", "unknown placeholder"),
        ("{reference:>9}", "formats a placeholder"),
        ("{reference!r}", "formats a placeholder"),
        ("{reference", "brace without its other half"),
        ("{{reference}}", "lacks {reference}"),
    ],
)
def test_what_is_no_template(text: str, sentence: str) -> None:
    """A template has its placeholder, bare, and no other."""
    parse = template_parser(needed="reference", known=["reference"])
    with pytest.raises(Mistake) as refused:
        parse(text)
    assert sentence in refused.value.message


@given(st.text())
def test_every_accepted_template_can_be_filled(text: str) -> None:
    """What is accepted as a template can be filled and then holds what it was filled with."""
    try:
        template = template_parser(needed="doc_no", known=["doc_no", "year"])(text + "{doc_no}")
    except Mistake:
        return
    assert "10452" in template.format(doc_no="10452", year="2026")


def test_attachments_are_reached_by_https() -> None:
    """Also on this machine, for it is the vendor who fetches them; in small letters, as it looks
    at them."""
    assert parse_public_address("HTTPS://files.example/visits/") == "https://files.example/visits"
    for value in ("http://files.example", "http://127.0.0.1:8400"):
        with pytest.raises(Mistake, match="is not encrypted"):
            parse_public_address(value)
