"""The same visit gives the same bytes: here, in another process, at another time, elsewhere."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from syncd.evidence.invoice import invoice_pdf
from syncd.evidence.job_sheet import job_sheet_pdf
from tests.evidence import made

ROOT = Path(__file__).parents[2]
PRINTED = """
import hashlib
from syncd.evidence.invoice import invoice_pdf
from syncd.evidence.job_sheet import job_sheet_pdf
from tests.evidence import made
for document in (job_sheet_pdf(made.sheet()), job_sheet_pdf(made.foreign_sheet()),
                 invoice_pdf(made.invoice())):
    print(hashlib.sha256(document).hexdigest())
"""


def here() -> list[str]:
    """The hashes of three documents, made in this process."""
    documents = (
        job_sheet_pdf(made.sheet()),
        job_sheet_pdf(made.foreign_sheet()),
        invoice_pdf(made.invoice()),
    )
    return [hashlib.sha256(document).hexdigest() for document in documents]


def test_the_same_sheet_gives_the_same_bytes() -> None:
    """Making a document twice makes no difference."""
    assert here() == here()


@pytest.mark.parametrize(
    "surroundings",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "SOURCE_DATE_EPOCH": "1"},
    ],
    ids=["Tokyo", "New York"],
)
def test_another_process_gives_the_same_bytes(surroundings: dict[str, str]) -> None:
    """Neither the order of sets, nor the zone, the language or the folder is in a document."""
    asked = subprocess.run(
        [sys.executable, "-c", PRINTED],
        cwd="/",
        env={**os.environ, **surroundings, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.split() == here()


def test_importing_the_evidence_loads_no_printing() -> None:
    """fpdf2 and Pillow take a second to load, so they are loaded when something is printed."""
    asked = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, syncd.evidence.job_sheet, syncd.evidence.invoice\n"
            "heavy = {'fpdf', 'PIL', 'filetype', 'fontTools', 'uharfbuzz'}\n"
            "print(sorted(heavy & set(sys.modules)))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.strip() == "[]"
