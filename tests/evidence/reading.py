"""Our documents read by programs that are not ours: pypdf for text, poppler for pages."""

import os
import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ContentStream


def read(document: bytes) -> PdfReader:
    """The document, read strictly: any fault in its making raises."""
    return PdfReader(BytesIO(document), strict=True)


def text_of(document: bytes) -> str:
    """All its text on one line, page after page."""
    pages = [page.extract_text() for page in read(document).pages]
    return re.sub(r"\s+", " ", " ".join(pages))


def jpegs_of(document: bytes) -> list[bytes]:
    """The JPEG files in it, exactly as they are embedded."""
    found = []
    for page in read(document).pages:
        drawn = page["/Resources"].get("/XObject", {})
        found += [
            each.get_object()._data
            for each in drawn.values()
            if each.get_object().get("/Filter") == "/DCTDecode"
        ]
    return found


def shapes_of(document: bytes) -> set[tuple[str, bytes]]:
    """The different shapes of letters that are drawn: font, and number of the shape in it."""
    found = set()
    reader = read(document)
    for page in reader.pages:
        font = ""
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator == b"Tf":
                font = str(operands[0])
            drawn = operands[0] if operator == b"TJ" else operands if operator == b"Tj" else []
            for text in (each.original_bytes for each in drawn if hasattr(each, "original_bytes")):
                found |= {(font, text[place : place + 2]) for place in range(0, len(text), 2)}
    return found


def embedded_fonts(document: bytes) -> set[str]:
    """The fonts whose files are in the document; a font without its file fails."""
    found = set()
    for page in read(document).pages:
        for font in page["/Resources"]["/Font"].values():
            (descendant,) = font.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"]
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
            found.add(str(font.get_object()["/BaseFont"]).split("+")[-1])
    return found


def need_poppler() -> str:
    """The path of pdftoppm; the test is skipped without it, but not in continuous integration."""
    found = shutil.which("pdftoppm")
    if found is None and os.environ.get("CI") != "true":
        pytest.skip("pdftoppm is not installed (Debian: poppler-utils), so nothing is rendered")
    assert found, "pdftoppm is missing: install poppler-utils"
    return found


def pictures_of(document: bytes, folder: Path, *, dots_per_inch: int) -> list[Image.Image]:
    """Every page as a grey picture, rendered by poppler, which may say nothing about faults."""
    program = need_poppler()
    (folder / "document.pdf").write_bytes(document)
    drawn = subprocess.run(
        [program, "-gray", "-r", str(dots_per_inch), "document.pdf", "page"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert drawn.stderr == ""
    return [opened(path) for path in sorted(folder.glob("page-*.pgm"))]


def opened(path: Path) -> Image.Image:
    """A picture of a page, in grey."""
    with Image.open(path) as picture:
        return picture.convert("L")
