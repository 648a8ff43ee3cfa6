"""What `syncd run` writes to standard error: one JSON object per line, or readable lines where a
person looks on.

    {"time": "…Z", "level": "warning", "logger": "syncd.apply.changes", "message": "…",
     "connection": "northgate", "cycle": 12, "intent": 7, "kind": "attach_document",
     "code": "agentos_refused", "traceback": ["…"]}

Fields without a value are left out. `kind` is that of an intent that ended, `traceback` is there
for bugs alone: where it happened, never a value. No log call of syncd names a person or a key, and
of an error no line has the vendor's own words, in which tenants and addresses may stand: those are
in `status`, `inbox`, `outbox` and `show`. Should something slip through all the same, or another
library's words hold it, the formatter masks every secret of the configuration and what looks like
a key, a phone, an e-mail address or encoded content.
"""

import json
import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import IO, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from syncd.bugs import where_it_happened
from syncd.errors import SyncdError
from syncd.log_words import about, current_work, sentence, work_on
from syncd.settings import Settings
from syncd.settings.secrets import secrets_in
from syncd.vendor_words import masked

__all__ = ["about", "configure_logging", "secrets_of", "work_on"]

SHORTEST_SECRET = 6
"""Parts of an address that are shorter are words, not secrets."""

QUIET = {
    "httpx": logging.WARNING,  # it logs whole addresses, which may hold a key
    "httpcore": logging.WARNING,
    "uvicorn": logging.WARNING,
    "uvicorn.access": logging.ERROR,
    "apscheduler": logging.ERROR,
    "apprise": logging.CRITICAL,  # its warnings hold addresses of targets
    "asyncio": logging.WARNING,
    "alembic": logging.WARNING,
}
"""What other libraries may say."""


def configure_logging(
    secrets: Iterable[str] = (), *, is_verbose: bool = False, stream: IO[str] | None = None
) -> None:
    """Send every logger's lines to standard error, without these secrets."""
    out = stream if stream is not None else sys.stderr
    handler = logging.StreamHandler(out)
    hidden = sorted(set(secrets), key=lambda each: (-len(each), each))
    handler.setFormatter(_Readable(hidden) if out.isatty() else _JsonLines(hidden))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("syncd").setLevel(logging.DEBUG if is_verbose else logging.INFO)
    for name, level in QUIET.items():
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.handlers.clear()
        logger.propagate = True
    logging.captureWarnings(True)


def secrets_of(settings: Settings) -> frozenset[str]:
    """Every secret of the configuration, and the parts of addresses that may be one."""
    return frozenset(part for secret in secrets_in(settings) for part in _parts(secret))


def _parts(secret: str) -> Iterator[str]:
    """A key as it is; of an address its password, and what its path and query hold."""
    if "://" not in secret:
        if secret:
            yield secret
        return
    if secret.startswith("sqlite:"):
        return
    yield secret
    try:
        address = urlsplit(secret)
        pieces = [address.password or "", *(value for _, value in parse_qsl(address.query))]
    except ValueError:
        return
    if not secret.startswith("postgres"):
        # A path or a user may be a token (slack://TOKEN/…); a database's name is none.
        pieces += [*address.path.split("/"), address.username or "", address.netloc]
    for piece in pieces:
        yield from (each for each in {piece, unquote(piece)} if len(each) >= SHORTEST_SECRET)


class _Formatter(logging.Formatter):
    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__()
        self._secrets = secrets

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        """What is said about a record, without secrets."""
        at = datetime.fromtimestamp(record.created, UTC)
        error = record.exc_info[1] if record.exc_info else None
        fields: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._clean(sentence(record)),
            **current_work(),
            "kind": getattr(record, "kind", None),
            "code": getattr(record, "code", None) or _code(record, error),
        }
        if error is not None and not isinstance(error, SyncdError):
            fields["traceback"] = [self._clean(line) for line in where_it_happened(error)]
        return {name: value for name, value in fields.items() if value is not None}

    def _clean(self, text: str) -> str:
        return masked(text, self._secrets)


def _code(record: logging.LogRecord, error: BaseException | None) -> str | None:
    args = record.args if isinstance(record.args, tuple) else ()
    named = [each for each in (error, *args) if isinstance(each, SyncdError)]
    return named[0].code if named else None


class _JsonLines(_Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(self.fields(record), ensure_ascii=False, default=str)


class _Readable(_Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = self.fields(record)
        work = "/".join(str(fields[n]) for n in ("connection", "cycle", "intent") if n in fields)
        parts = [fields["time"][11:19], fields["level"], *([work] if work else [])]
        code = f" [{fields['code']}]" if "code" in fields else ""
        lines = [f"{' '.join(parts)}: {fields['message']}{code}", *fields.get("traceback", ())]
        return "\n".join(lines)
