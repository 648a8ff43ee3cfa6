"""The pictures that documents are compared with. `python -m tests.evidence.golden` draws them anew.

After that, open them and look: they are right only because somebody did.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from syncd.evidence.invoice import invoice_pdf
from syncd.evidence.job_sheet import job_sheet_pdf
from tests.evidence import made
from tests.evidence.reading import opened, pictures_of

FOLDER = Path(__file__).parent / "golden"
DOTS_PER_INCH = 72

DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "normal": lambda: job_sheet_pdf(made.sheet()),
    "long": lambda: job_sheet_pdf(made.long_sheet()),
    "foreign": lambda: job_sheet_pdf(made.foreign_sheet()),
    "unsigned": lambda: job_sheet_pdf(made.unsigned_sheet()),
    "invoice": lambda: invoice_pdf(made.invoice()),
}


def drawn(name: str) -> list[Image.Image]:
    """The pages of a document as it is today."""
    with tempfile.TemporaryDirectory() as folder:
        return pictures_of(DOCUMENTS[name](), Path(folder), dots_per_inch=DOTS_PER_INCH)


def kept(name: str) -> list[Image.Image]:
    """The pages of a document as somebody has looked at them."""
    return [opened(path) for path in sorted(FOLDER.glob(f"{name}-*.png"))]


def main() -> None:
    """Draw every page anew."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.png"):
        path.unlink()
    for name in DOCUMENTS:
        for number, page in enumerate(drawn(name), start=1):
            page.quantize(16).save(FOLDER / f"{name}-{number}.png", optimize=True)


if __name__ == "__main__":
    main()
