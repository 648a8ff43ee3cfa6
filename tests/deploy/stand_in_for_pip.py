"""What pip does for the Dockerfile, without a network. Arguments: the environment, then pip's own.

install --require-hashes --requirement LOCK   every package of the lock must be the one that the
                                              tests run with; they become visible
install --no-deps --no-index WHEEL            every file of the wheel, and its commands
"""

import sys
import sysconfig
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from tests.deploy.conftest import unpack


def main(home: Path, words: list[str]) -> None:
    """Do one of the two."""
    if words[:3] == ["install", "--require-hashes", "--requirement"] and len(words) == 4:
        check_lock(Path(words[3]))
        packages = Path(sysconfig.get_path("purelib", vars={"base": str(home)}))
        (packages / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    elif words[:3] == ["install", "--no-deps", "--no-index"] and len(words) == 4:
        unpack(Path(words[3]), home)
    else:
        sys.exit(f"the stand-in for pip does not know: {words}")


def check_lock(path: Path) -> None:
    """Every line has hashes and names what is installed here, where its marker asks for it."""
    for entry in path.read_text().replace("\\\n", " ").splitlines():
        text, *hashes = entry.split(" --hash=sha256:")
        wanted = Requirement(text.strip())
        if wanted.marker is not None and not wanted.marker.evaluate():
            continue
        try:
            found = version(wanted.name)
        except PackageNotFoundError:
            sys.exit(f"{wanted.name} is not installed")
        if not hashes or not wanted.specifier.contains(found):
            sys.exit(f"{text}: {found} is installed, hashes: {len(hashes)}")


main(Path(sys.argv[1]), sys.argv[2:])
