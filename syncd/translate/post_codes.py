"""What a UK post code says about where a place is. Pure; never judges whether one exists."""

import re

_CODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})?")


def outward(post_code: str) -> str:
    """The outward part, "AB51" of "ab51 3qr"; "" where the text is no UK post code."""
    match = _CODE.fullmatch(" ".join(post_code.upper().split()))
    return match[1] if match else ""


def is_whole(post_code: str) -> bool:
    """Whether both parts are there: "AB51" alone is a district of many streets."""
    match = _CODE.fullmatch(" ".join(post_code.upper().split()))
    return match is not None and match[2] is not None


def lies_in(post_code: str, part: str) -> bool:
    """Whether a post code lies in an area "AB", a district "AB51" (or "EC1") or a sector "AB51 3".

    "AB5" is a district of its own: AB51 does not lie in it.
    """
    code, wanted = _compact(post_code), _compact(part)
    district = outward(post_code)
    if not wanted or not district:
        return bool(wanted) and code == wanted
    if len(wanted) > len(district):
        return code.startswith(wanted)
    rest = district.removeprefix(wanted)
    if wanted.isalpha():
        return rest != district and rest[:1].isdigit()
    return rest == "" or (rest != district and rest.isalpha())


def _compact(post_code: str) -> str:
    return "".join(post_code.upper().split())
