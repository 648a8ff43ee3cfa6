"""Stand-ins for both vendors over real HTTP: an independent, strict reading of their pages.

They judge syncd's clients, so they import nothing else of syncd, keep state, enforce the published
limits and can be told to fail. `RunningSandbox` runs one in this process, `SandboxSubprocess` in a
child, `serve` in the foreground; `/_sandbox/` (see `control`) shows and changes everything.
"""

from syncd.sandbox.limits import Limit
from syncd.sandbox.seed import seeded_world
from syncd.sandbox.server import RunningSandbox, build_app
from syncd.sandbox.serving import limits_from, serve
from syncd.sandbox.settings_text import config_text
from syncd.sandbox.subprocesses import SandboxSubprocess

__all__ = [
    "Limit",
    "RunningSandbox",
    "SandboxSubprocess",
    "build_app",
    "config_text",
    "limits_from",
    "seeded_world",
    "serve",
]
