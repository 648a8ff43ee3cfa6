"""What no committed file may contain: other machines' addresses, paths, secrets, real people."""

import re
from collections.abc import Iterator

import pytest

ADDRESS = re.compile(r"\b(?:https?|wss?|ftp)://(?:[^\s/@\"'<>]*@)?\[?([\w.:-]*[\w])", re.IGNORECASE)
HOSTS = {
    "localhost",
    # the vendors
    "app.letsjobit.com",
    "live-api.letmc.com",
    "hub.agentos.com",
    # licences, standards and forms that texts refer to
    "www.apache.org",
    "keepachangelog.com",
    "semver.org",
    "json-schema.org",
    "www.w3.org",
    "spec.openapis.org",
}
# Where vendored files, which stay as they were published, say who wrote them.
HEADERS = {("syncd/admin/pages/static/uplot.min.js:1", "github.com")}
RESERVED = re.compile(r"(?:^|\.)(?:example|example\.(?:com|org|net)|test|invalid|localhost)$")
LOOPBACK = re.compile(r"^(?:127\.\d+\.\d+\.\d+|::1)$")

PATH_OF_A_MACHINE = re.compile(
    r"(?:(?<![\w.])/(?:work|root|home|Users|opt/pypi)/[\w.]|\bfile:///[a-z]|[A-Z]:\\Users\\)"
)
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{36}|\bgithub_pat_\w{22}"
    r"|\bxox[abprs]-[\w-]{10}|\bsk_live_\w{16}|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}"
)
UK_MOBILE = re.compile(r"(?<![\w.])(?:\+44\s?|0)7\d{3}\s?\d{3}\s?\d{3}(?!\w)")
INVENTED_MOBILE = re.compile(r"(?:\+44|0)7700900\d{3}")
MAIL = re.compile(r"\b[\w.+-]+@([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})\b", re.IGNORECASE)

VENDORS_SAMPLES = {"john@email.com"}


def found(pattern: re.Pattern[str], texts: dict[str, str]) -> Iterator[tuple[str, re.Match[str]]]:
    """Every match with the file and line it is in, as `path:line`."""
    for path, text in texts.items():
        for match in pattern.finditer(text):
            yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}", match


def is_known_host(host: str) -> bool:
    """Whether an address may name this host: loopback, reserved for examples, or listed above."""
    name = host if host.count(":") > 1 else host.split(":")[0]
    return name in HOSTS or bool(RESERVED.search(name) or LOOPBACK.match(name))


def is_invented_mobile(number: str) -> bool:
    """Whether the number lies in 07700 900000-900999, which Ofcom keeps for drama."""
    return bool(INVENTED_MOBILE.fullmatch(re.sub(r"\s", "", number)))


def test_addresses_name_known_hosts_only(texts: dict[str, str]) -> None:
    """No committed file names a host that is not this machine, reserved, or deliberately listed."""
    strangers = [
        f"{place} {match.group(1)}"
        for place, match in found(ADDRESS, texts)
        if not is_known_host(match.group(1)) and (place, match.group(1)) not in HEADERS
    ]
    assert strangers == []


def test_no_path_of_a_machine(texts: dict[str, str]) -> None:
    """No committed file names a place on the machine of whoever wrote it."""
    assert [place for place, _ in found(PATH_OF_A_MACHINE, texts)] == []


def test_no_secret(texts: dict[str, str]) -> None:
    """No committed file contains anything in the shape of a key or token that opens something."""
    assert [place for place, _ in found(SECRET, texts)] == []


def test_mobile_numbers_are_invented(texts: dict[str, str]) -> None:
    """Every UK mobile number in a committed file lies in the range kept for drama."""
    real = [
        place for place, match in found(UK_MOBILE, texts) if not is_invented_mobile(match.group())
    ]
    assert real == []


def test_mail_addresses_are_invented(texts: dict[str, str]) -> None:
    """Every e-mail address is of a domain reserved for examples, or in a vendor's own sample."""
    real = [
        place
        for place, match in found(MAIL, texts)
        if not RESERVED.search(match.group(1)) and match.group() not in VENDORS_SAMPLES
    ]
    assert real == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (PATH_OF_A_MACHINE, "see " + "/".join(["", "work", "brief"])),
        (PATH_OF_A_MACHINE, "/".join(["file:", "", "", "opt", "wheels"])),
        (SECRET, "-----BEGIN RSA " + "PRIVATE KEY-----"),
        (SECRET, "ghp_" + 36 * "a"),
        (UK_MOBILE, "call 07700" + " 123456"),
        (UK_MOBILE, "+447" + "700123456"),
        (MAIL, "someone" + "@letting-agency.co.uk"),
        (ADDRESS, "https:" + "//index.letting-agency.co.uk/simple"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], line: str) -> None:
    """A file with a leak of each kind would be found."""
    assert len(list(found(pattern, {"leak.txt": "\n" + line}))) == 1


@pytest.mark.parametrize(
    ("host", "is_known"),
    [
        ("127.0.0.1:8080", True),
        ("::1", True),
        ("agency.example", True),
        ("api.example.com", True),
        ("pypi.letting-agency.co.uk", False),
        ("notexample.com", False),
    ],
)
def test_hosts_are_known_by_name_or_reservation(host: str, is_known: bool) -> None:
    """Loopback and reserved names are known; any other host has to be listed."""
    assert is_known_host(host) is is_known
