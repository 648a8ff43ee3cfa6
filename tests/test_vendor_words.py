"""Tests of what people get to read of a vendor's answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.vendor_words import (
    LONGEST_WORDS,
    looks_like_html,
    private_texts,
    scrubbed,
    vendor_words,
)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"error": "no such visit"}', "no such visit"),
        ('{"meta": {"error": "bad date"}, "data": null}', "bad date"),
        ('{"Message": "The request is invalid."}', "The request is invalid."),
        (
            '{"Message": "Invalid", "ModelState": {"model.Amount": ["must be above 0", "x"]}}',
            "Invalid must be above 0 x",
        ),
        ('{"error": {"message": "deep", "code": 4}}', "deep"),
        ('{"meta": {"errors": [{"error": 404, "message": "gone"}]}}', "gone"),
        ('"just a sentence"', "just a sentence"),
        ('{"customer": "Mrs Okafor"}', ""),
        ('[{"error": "x"}]', ""),
        ("Service Unavailable", "Service Unavailable"),
        (
            "<html><head><style>p{}</style></head><h1>Access &amp; denied</h1></html>",
            "Access & denied",
        ),
        ("<script>var key = 1</script><p>Blocked", "Blocked"),
        ("", ""),
        ("two\r\nlines\x00 and\tmore", "two lines and more"),
    ],
)
def test_the_vendors_sentence_is_found(body: str, words: str) -> None:
    """Message fields of JSON, or the plain text of anything else, become one line."""
    assert vendor_words(body.encode(), []) == words


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("api_key=abc.def-123 is wrong", "api_key=[key] is wrong"),
        ("Authorization: Bearer abc123", "Authorization: [key]"),
        ("Bearer abc12345 was refused", "Bearer [key] was refused"),
        ("the api_key is wrong", "the api_key is wrong"),
        ('{"token": "abc"}', '{"token": "[key]"}'),
        ("mail jo.o'neil@mail.example.com now", "mail jo.o'[e-mail] now"),
        ("call 07700 900123 please", "call [phone] please"),
        ("call +44 7700 900123", "call [phone]"),
        ("call (01632) 960123.", "call [phone]."),
        ("visit 4503599627370496 is closed", "visit 4503599627370496 is closed"),
        ("due 2026-11-23 09:30", "due 2026-11-23 09:30"),
        ("signature " + "/9j/4AAQ" * 20, "signature [content]"),
    ],
)
def test_keys_and_personal_data_are_masked(said: str, shown: str) -> None:
    """Keys, e-mail addresses, phones and encoded content are masked; ids and dates stay."""
    assert scrubbed(said, []) == shown


def test_our_own_key_is_masked_in_every_form() -> None:
    """The key that was used shows neither plain nor percent-encoded; an empty one hides nothing."""
    assert scrubbed("k+1/x and k%2B1%2Fx", ["k+1/x"]) == "[key] and [key]"
    assert scrubbed("plain", [""]) == "plain"


def test_what_we_sent_about_people_is_masked() -> None:
    """A refusal that quotes names, phones or texts of ours does not carry them into an error."""
    visit = {
        "contactPerson": "Adaeze Okafor",
        "obs": "Adaeze Okafor has the key",
        "driverId": "FEn9BJz93svSNPx7p",
        "site": "B12",
        "lines": [{"description": "Boiler in the loft", "actionItem": True}],
    }
    private = list(private_texts([visit, None]))
    assert set(private) == {"Adaeze Okafor", "Adaeze Okafor has the key", "Boiler in the loft"}
    said = b"driver FEn9BJz93svSNPx7p unknown: 'Adaeze Okafor has the key', Adaeze Okafor"
    words = vendor_words(said, [], private)
    assert words == "driver FEn9BJz93svSNPx7p unknown: '[private]', [private]"


def test_a_long_sentence_is_cut() -> None:
    """No more than 300 characters are kept, and the cut shows."""
    words = vendor_words(b"word " * 1000, [])
    assert len(words) == LONGEST_WORDS
    assert words.endswith("…")


@given(st.binary(max_size=400))
def test_any_bytes_become_one_short_line(content: bytes) -> None:
    """Whatever a vendor answers, people read at most one line."""
    words = vendor_words(content, ["key"])
    assert len(words) <= LONGEST_WORDS
    assert not any(letter in words for letter in "\r\n\x00")


@pytest.mark.parametrize(
    ("content", "is_page"),
    [(b" <!DOCTYPE html>", True), (b"<HTML lang=en>", True), (b"{}", False), (b"", False)],
)
def test_a_web_page_is_recognised(content: bytes, is_page: bool) -> None:
    """What a load balancer answers in a vendor's place is called a web page."""
    assert looks_like_html(content) is is_page
