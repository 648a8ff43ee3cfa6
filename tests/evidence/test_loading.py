"""What the first paper would wait for is loaded before."""

import subprocess
import sys

LOOKS = """
import sys
from syncd.evidence.paper import load_papers

def libraries():
    heavy = ("fpdf", "fontTools", "uharfbuzz", "defusedxml", "pypdfium2")
    return {name for name in sys.modules if name.partition(".")[0] in heavy}

assert not libraries(), "importing ours loads nothing yet"
load_papers()
before = libraries()
from syncd.evidence.job_sheet import job_sheet_pdf
from syncd.evidence.first_page import draw_first_page
from tests.evidence.made import sheet
made = job_sheet_pdf(sheet())
assert made.startswith(b"%PDF")
assert draw_first_page(made).pages == 2
assert before
assert libraries() == before, libraries() - before
"""


def test_the_first_sheet_and_its_picture_load_nothing_more() -> None:
    """Of the libraries that take long; what reads a kind of picture is small."""
    ended = subprocess.run([sys.executable, "-c", LOOKS], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
