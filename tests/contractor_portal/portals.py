"""Portals to talk to: real tRPC servers, and cassettes recorded from them.

`SYNCD_TEST_RECORD=1` records the cassettes anew from the real servers.
"""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import vcr

from syncd.contractor_portal.client import ContractorPortal
from syncd.contractor_portal.judging import PortalJudge
from syncd.contractor_portal.transformer import Transformer
from syncd.model import Side
from syncd.vendor_http import Auth, Patience, new_http_client
from tests.vendor.lines import line

SERVERS = Path(__file__).parent / "servers"
CASSETTES = Path(__file__).parent.parent / "cassettes" / "portal"
RECORDED_URL = "http://portal.example"
SESSION = "portal=s3ssion; theme=dark"


@dataclass(frozen=True)
class Kind:
    """One of the portals that may be met, and how it is met here."""

    version: str
    transformer: Transformer
    is_real: bool

    def __str__(self) -> str:
        how = "real" if self.is_real else "recorded"
        return f"v{self.version} {self.transformer} {how}"


KINDS = [
    Kind(version, transformer, is_real)
    for is_real in (True, False)
    for version in ("10", "11")
    for transformer in ("none", "superjson")
]


def install() -> None:
    """The locked packages of the servers, once for all processes."""
    lock = SERVERS.parent.parent.parent / ".pytest_cache"
    lock.mkdir(exist_ok=True)
    with (lock / "portal-servers.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        marker = SERVERS / "node_modules" / ".package-lock.json"
        wanted = SERVERS / "package-lock.json"
        if not marker.exists() or marker.stat().st_mtime < wanted.stat().st_mtime:
            subprocess.run(["npm", "ci", "--silent"], cwd=SERVERS, check=True, timeout=100)
            marker.touch()


def missing() -> str | None:
    """Why no real server can be started here; None where one can."""
    absent = [name for name in ("node", "npm") if shutil.which(name) is None]
    return f"real tRPC servers need {' and '.join(absent)}" if absent else None


@contextmanager
def real_portal(version: str, transformer: str) -> Iterator[str]:
    """A real tRPC server on loopback while the context lasts; its address."""
    install()
    command = ["node", "server.mjs", version, transformer]
    with subprocess.Popen(command, cwd=SERVERS, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.kill()


def known_codes(version: str) -> list[str]:
    """The error codes that a version of tRPC has a number for."""
    install()
    script = (
        f'import {{ TRPC_ERROR_CODES_BY_KEY as codes }} from "trpc{version}/rpc";'
        "console.log(JSON.stringify(Object.keys(codes)))"
    )
    command = ["node", "--input-type=module", "--eval", script]
    ran = subprocess.run(command, cwd=SERVERS, capture_output=True, check=True, timeout=60)
    codes: list[str] = json.loads(ran.stdout)
    return codes


def recorder(url: str) -> vcr.VCR:
    """Cassettes that forget where the server was and what let us in."""

    def placed(request: Any) -> Any:
        request.uri = request.uri.replace(url, RECORDED_URL)
        return request

    is_recording = "SYNCD_TEST_RECORD" in os.environ
    return vcr.VCR(
        cassette_library_dir=str(CASSETTES),
        record_mode=vcr.mode.ALL if is_recording else vcr.mode.NONE,
        match_on=("method", "path", "query", "body"),
        filter_headers=["cookie", "authorization", "user-agent"],
        before_record_request=placed,
    )


@asynccontextmanager
async def client_of(
    url: str,
    transformer: Transformer,
    *,
    session: str = SESSION,
    auth: Auth | None = None,
) -> AsyncIterator[ContractorPortal]:
    """The client of a portal at an address."""
    auth = auth or Auth("header", "Cookie", session, may_have_blanks=True)
    async with new_http_client() as client:
        to_portal = line(
            client,
            f"{url}/api/trpc",
            auth=auth,
            patience=Patience(tries=1),
            judge=PortalJudge(Side.AGENTOS, auth.secret),
        )
        yield ContractorPortal(
            to_portal, short_name="northgate", contractor_id="co-1", transformer=transformer
        )
