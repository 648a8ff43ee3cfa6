"""How a command ends: the exit codes of the interface, and one line for whatever stopped it.

Beside the interface's codes: 130 when a person stopped it (Ctrl-C) and 141 when the reader of its
output went away, as other programs of the shell do.

A failure with `--json` is one document on standard output; for a configuration with mistakes it
also has `problems`:

    {"error": {"code": "config", "message": "…", "hint": "…",
               "problems": [{"path": "…", "message": "…", "cure": "…"}]}}

A bug shows the type of the exception and where it happened, never its message: that could hold
personal data.
"""

import errno
import os
import re
import sys
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from syncd.bugs import short, where_it_happened
from syncd.cli.screen import print_json, say
from syncd.errors import (
    ConfigError,
    GuardTripped,
    LeaseLost,
    StoreHeld,
    SyncdError,
    VendorError,
    cured,
)
from syncd.model import Json

if TYPE_CHECKING:
    from typer import TyperException

DONE = 0
BUG = 1
CANNOT = 2
ATTENTION = 3
INCOMPLETE = 4
HELD = 5
STOPPED = 130
NOBODY_READS = 141

_WORST_FIRST = (BUG, CANNOT, HELD, INCOMPLETE, ATTENTION, DONE)


def worst(*codes: int) -> int:
    """The code that a command ends with when several hold."""
    return min(codes, key=_WORST_FIRST.index, default=DONE)


def code_of(error: SyncdError) -> int:
    """The exit code that an error calls for."""
    if isinstance(error, StoreHeld):
        return HELD
    if isinstance(error, VendorError | LeaseLost) or error.code.startswith("store_"):
        return INCOMPLETE
    return ATTENTION if isinstance(error, GuardTripped) else CANNOT


def ending(work: Callable[[], int], *, as_json: bool, is_verbose: bool) -> int:
    """Run a command to its exit code; nothing that stops it is shown as a traceback."""
    try:
        code = work()
        sys.stdout.flush()
    except SyncdError as error:
        failed(error, as_json=as_json)
        return code_of(error)
    except KeyboardInterrupt:
        failed(_STOPPED, as_json=as_json)
        return STOPPED
    except BrokenPipeError:
        # What is still buffered must not be tried again when the interpreter ends.
        _give_up(sys.stdout)
        return NOBODY_READS
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            _give_up(sys.stdout)
            say(_NO_ROOM_WORDS)
            return CANNOT
        failed(bug(error), as_json=as_json)
        if is_verbose:
            for line in where_it_happened(error):
                say(line)
        return BUG
    return code


def _give_up(stream: TextIO) -> None:
    """Have what is still buffered go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_NO_ROOM_WORDS = (
    "syncd: no space left on the disk (make room where its output goes, and in the directory for "
    "temporary files; what was done stays done)"
)

_STOPPED = SyncdError("stopped", "stopped", "nothing is lost: the next run goes on from here")


def failed(error: SyncdError, *, as_json: bool) -> None:
    """Say why a command ended: on standard error, or as one document on standard output."""
    if as_json:
        print_json({"error": error_document(error)})
        return
    if isinstance(error, ConfigError):
        for problem in error.problems:
            say(f"syncd: {problem}")
    else:
        words = cured(error.message, error.hint)
        say(words if error.code == "bug" else f"syncd: {words}")


def error_document(error: SyncdError) -> dict[str, Json]:
    """An error as JSON."""
    document: dict[str, Json] = {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
    }
    if isinstance(error, ConfigError):
        document["problems"] = [
            {"path": each.path, "message": each.message, "cure": each.cure}
            for each in error.problems
        ]
    return document


def usage_line(mistake: "TyperException") -> SyncdError:
    """A command line that cannot be understood, in one line."""
    words = getattr(mistake, "format_message", lambda: str(mistake))()
    context = getattr(mistake, "ctx", None)
    path = context.command_path if context is not None else "syncd"
    message = " ".join(str(words).split()).rstrip(".") or "no command was given"
    message = re.sub(r" \(Possible options: (.+)\)$", r"; there is \1", message)
    hint = f"see {path} --help"
    if path == "syncd" and message.startswith("No such option"):
        hint = f"options stand after the command; {hint}"
    return SyncdError("usage", f"{message[:1].lower()}{message[1:]}", hint)


def bug(error: Exception) -> SyncdError:
    """An exception that nobody foresaw: its type and place."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if f"{os.sep}syncd{os.sep}" in frame.filename] or frames
    place = f" at {short(ours[-1].filename)}:{ours[-1].lineno}" if ours else ""
    return SyncdError(
        "bug",
        f"bug in syncd: {type(error).__name__}{place}",
        "please report this line; the same command with --verbose shows how it came there",
    )
