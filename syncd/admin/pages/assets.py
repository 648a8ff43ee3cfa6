"""Styles, scripts and the icon: read once, the same for everybody, with or without a token."""

from functools import cache

from fastapi import APIRouter
from fastapi.responses import Response

from syncd.admin.pages.looks import HERE
from syncd.admin.refusals import Refused

router = APIRouter()

KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@cache
def _assets() -> dict[str, tuple[bytes, str]]:
    found = sorted((HERE / "static").iterdir())
    return {each.name: (each.read_bytes(), KINDS[each.suffix]) for each in found if _is_sent(each)}


def _is_sent(path: object) -> bool:
    return str(path).endswith(tuple(KINDS))


@router.get("/favicon.ico")
def icon() -> Response:
    """The icon, where a browser asks for it by itself."""
    return asset("icon.svg")


@router.get("/static/{name}")
def asset(name: str) -> Response:
    """One file by its name; its address changes when it does, so it may be kept."""
    if name not in _assets():
        raise Refused(404, "not_found", "there is no such file")
    content, kind = _assets()[name]
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(content, media_type=kind, headers=kept)
