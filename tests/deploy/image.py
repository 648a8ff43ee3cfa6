"""A Dockerfile as its instructions, and its build stage played in a directory.

What is played: COPY of what .dockerignore lets through, and every command of every RUN, with the
paths of the image moved below the directory. In place of pip, which would need a network, a
stand-in checks that the packages of a lock are those that the tests run with, and makes them
visible; of a wheel it takes every file.
"""

import fnmatch
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

STAND_IN = "tests.deploy.stand_in_for_pip"


@dataclass(frozen=True)
class Instruction:
    """One instruction: its word in capitals, and the rest in one line."""

    word: str
    rest: str

    @property
    def words(self) -> list[str]:
        """The rest as a list: its JSON form, or split at blanks."""
        return json.loads(self.rest) if self.rest.startswith("[") else self.rest.split()


def stages(path: Path) -> list[list[Instruction]]:
    """The instructions of every stage, each stage beginning with its FROM."""
    lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]
    text = "\n".join(lines).replace("\\\n", " ")
    found: list[list[Instruction]] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        word, _, rest = line.partition(" ")
        if word.upper() == "FROM":
            found.append([])
        found[-1].append(Instruction(word.upper(), re.sub(r"\s+", " ", rest).strip()))
    return found


def is_let_through(ignore: list[str], name: str) -> bool:
    """Whether the last pattern of .dockerignore that fits a path lets it into the build."""
    is_in = True
    for pattern in ignore:
        bare = pattern.lstrip("!")
        parts = name.split("/")
        starts = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
        tail = bare.removeprefix("**/")
        fits = any(fnmatch.fnmatch(each, bare) for each in starts) or (
            bare.startswith("**/") and any(fnmatch.fnmatch(part, tail) for part in parts)
        )
        if fits:
            is_in = pattern.startswith("!")
    return is_in


@dataclass(frozen=True)
class Builder:
    """Plays a stage of the build below `directory`; the image's /src is `directory`/src."""

    root: Path
    directory: Path

    def play(self, stage: list[Instruction]) -> None:
        """Every COPY and RUN, in order."""
        (self.directory / "src").mkdir(parents=True)
        for each in stage:
            if each.word == "COPY":
                self._copy(each.words)
            elif each.word == "RUN":
                for command in each.rest.split(" && "):
                    self._run(command.strip())

    def _copy(self, words: list[str]) -> None:
        *sources, target = words
        lines = (self.root / ".dockerignore").read_text().splitlines()
        ignore = [line for line in lines if line and not line.startswith("#")]
        place = self.directory / "src" / target
        for source in sources:
            for path in _files(self.root / source):
                name = path.relative_to(self.root).as_posix()
                if not is_let_through(ignore, name):
                    assert name != source, f"{name} is not let into the build"
                    continue
                to = place / (path.name if name == source else path.relative_to(self.root / source))
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, to)

    def _run(self, command: str) -> None:
        moved = re.sub(r"(?<![\w.])/(opt|wheel)\b", rf"{self.directory}/\1", command)
        words = moved.split()
        if words[:3] == ["python", "-m", "venv"]:
            self._make_environment(Path(words[3]))
            return
        said = subprocess.run(
            ["sh", "-euc", moved],
            cwd=self.directory / "src",
            env={
                "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
                "HOME": "/",
                "PYTHONPATH": str(self.root),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert said.returncode == 0, f"{command}: {said.stdout}{said.stderr}"

    def _make_environment(self, home: Path) -> None:
        made = [sys.executable, "-m", "venv", "--without-pip", str(home)]
        subprocess.run(made, check=True, capture_output=True)
        pip = home / "bin" / "pip"
        pip.write_text(f'#!/bin/sh\nexec {sys.executable} -m {STAND_IN} {home} "$@"\n')
        pip.chmod(0o755)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    assert path.is_dir(), f"there is no {path}"
    return [each for each in path.rglob("*") if each.is_file()]
