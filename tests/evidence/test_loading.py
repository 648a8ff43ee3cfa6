"""What the first paper would wait for is loaded before."""

import subprocess
import sys

LOOKS = """
import sys
from syncd.evidence.paper import load_papers

def libraries():
    heavy = ("fpdf", "fontTools", "uharfbuzz", "defusedxml")
    return {name for name in sys.modules if name.partition(".")[0] in heavy}

assert not libraries(), "importing ours loads nothing yet"
load_papers()
before = libraries()
from syncd.evidence.job_sheet import job_sheet_pdf
from tests.evidence.made import sheet
assert job_sheet_pdf(sheet()).startswith(b"%PDF")
assert before
assert libraries() == before, libraries() - before
"""


def test_the_first_sheet_loads_nothing_more() -> None:
    """Of the libraries that take long; what reads a kind of picture is small."""
    ended = subprocess.run([sys.executable, "-c", LOOKS], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
