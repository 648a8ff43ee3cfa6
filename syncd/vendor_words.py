"""What a vendor said in an answer that went wrong: found, stripped, scrubbed and cut for people.

Pure. Nothing of a body reaches an error message, a log or the inbox but through `vendor_words`.
A JSON body gives only its message fields and other bodies only plain text, because the rest of a
body may hold personal data.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from syncd.wire_json import Wire, parse_json

LONGEST_WORDS = 300

# Where the vendors put a sentence: LetsJobIt `error` and `message`, also inside `meta`;
# AgentOS (ASP.NET) `Message`, `ExceptionMessage`, `ModelState` {field: [sentence]}.
_MESSAGE_FIELDS = ("error", "errors", "meta", "message", "exceptionmessage", "modelstate", "detail")

# What we send about people and their homes, in either vendor's names; a refusal may quote it.
_PRIVATE_FIELDS = frozenset(
    "obs contactperson contactphone signeename signeeemail signature customer site address postcode"
    " description content notes forename surname email phone".split()
)
_SHORTEST_PRIVATE_TEXT = 4
_SHORTEST_PRIVATE_LINE = 12

_INVISIBLE = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")
_MASKS = (
    (
        re.compile(
            r"""(?i)\b((?:api[-_ ]?key|authorization|token)["']?\s*[=:]\s*["']?)"""
            r"(?:bearer\s+)?[\w.~+/=-]+"
        ),
        r"\1[key]",
    ),
    (re.compile(r"(?i)\b(bearer\s+)[\w.~+/=-]{8,}"), r"\1[key]"),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?<![\w.])(?:\+|\(?0)\d[\d ()-]{7,14}\d(?!\w)"), "[phone]"),
    (re.compile(r"[A-Za-z0-9+/]{80,}={0,2}"), "[content]"),
)


def vendor_words(content: bytes, secrets: Iterable[str], private: Iterable[str] = ()) -> str:
    """The vendor's sentence in one line of at most 300 characters; "" where it said none.

    `secrets` are keys that must not appear, as they are or percent-encoded; `private` are texts
    that we sent and that nobody should read in an error.
    """
    try:
        sentence = " ".join(_sentences(parse_json(content)))
    except ValueError:
        sentence = content[:20_000].decode("utf-8", errors="replace")
    return scrubbed(sentence, secrets, private)


def scrubbed(sentence: str, secrets: Iterable[str], private: Iterable[str] = ()) -> str:
    """The sentence without markup, keys, private texts, phones, e-mail addresses and long encoded
    content, cut."""
    plain = html.unescape(_MARKUP.sub(" ", _INVISIBLE.sub(" ", sentence)))
    for text in sorted(private, key=len, reverse=True):
        plain = plain.replace(text, "[private]")
    plain = _SPACE.sub(" ", masked(plain, secrets)).strip()
    return plain if len(plain) <= LONGEST_WORDS else f"{plain[: LONGEST_WORDS - 1]}…"


def masked(text: str, secrets: Iterable[str]) -> str:
    """The text without these secrets, as they are or percent-encoded, and without what looks like a
    key, a phone, an e-mail address or long encoded content."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "[key]").replace(quote(secret, safe=""), "[key]")
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text


def private_texts(body: object) -> Iterator[str]:
    """The texts about people in a body that we send; of long ones each line, too."""
    if isinstance(body, list | tuple):
        for inner in body:
            yield from private_texts(inner)
    elif isinstance(body, Mapping):
        for name, value in body.items():
            if not isinstance(value, str):
                yield from private_texts(value)
            elif str(name).lower() in _PRIVATE_FIELDS and len(value) >= _SHORTEST_PRIVATE_TEXT:
                yield value
                yield from (e for e in value.splitlines() if len(e) >= _SHORTEST_PRIVATE_LINE)


def looks_like_html(content: bytes) -> bool:
    """Whether a body is a web page: what load balancers and proxies answer in a vendor's place."""
    start = content.lstrip()[:64].lower()
    return start.startswith((b"<!doctype", b"<html", b"<head", b"<body"))


def _sentences(body: Wire) -> list[str]:
    """Every text under a message field, wherever it stands; a bare string is a sentence itself."""
    if isinstance(body, str):
        return [body]
    if not isinstance(body, dict):
        return []
    found: list[str] = []
    for name, value in body.items():
        if name.lower() in _MESSAGE_FIELDS:
            found += _sentences(value) if name.lower() == "meta" else _texts(value)
    return list(dict.fromkeys(found))


def _texts(value: Wire) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return []
