"""Our tag: the compact mark that says which job a visit is for, and that syncd made it. Pure.

`syncd:<short name>:<job OID>`, both percent-encoded where they hold anything but letters, digits
and `-._~`, so that every OID survives and the tag is one word. It travels in a read-only custom
field of the action line and, where an account does not show lines, as a line of `obs`.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

from syncd.model import JobId, Json, Tag

FIELD = "syncd"
"""The name of the custom field (LetsJobIt API v2, Add visits, extraData) that holds the tag."""

_TAG = re.compile(r"syncd:([\w.~%-]+):([\w.~%-]+)", re.ASCII)


def write_tag(tag: Tag) -> str:
    """The tag as one word without blanks; neither part may be empty."""
    return f"syncd:{_quoted(tag.short_name)}:{_quoted(tag.job_id)}"


def read_tag(word: str) -> Tag | None:
    """The tag that is written here exactly as we write it, blanks around it aside; else None."""
    match = _TAG.fullmatch(word.strip())
    if match is None:
        return None
    short_name, job_id = (unquote(part, errors="surrogatepass") for part in match.groups())
    tag = Tag(short_name, JobId(job_id))
    return tag if write_tag(tag) == word.strip() else None


def first_tag(words: Iterable[object]) -> Tag | None:
    """The first of several texts that is a tag."""
    found = (read_tag(word) for word in words if isinstance(word, str))
    return next((tag for tag in found if tag is not None), None)


def tag_field(tag: Tag) -> Mapping[str, Json]:
    """The read-only custom field that carries the tag.

    The tag stands in `description` too, because the documented answers list that and no `value`.
    """
    word = write_tag(tag)
    return {
        "type": "text",
        "name": FIELD,
        "caption": "AgentOS job",
        "description": word,
        "value": word,
        "readonly": "readonly",
    }


def _quoted(part: str) -> str:
    return quote(part, safe="", errors="surrogatepass")
