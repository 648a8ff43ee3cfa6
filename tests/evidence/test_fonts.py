"""The fonts that documents bring along, and the one that a system may have."""

from pathlib import Path

import pytest

from syncd.evidence import fonts


def test_the_fonts_come_with_their_licence() -> None:
    """Both fonts and the licence that allows them to be passed on stand side by side."""
    folder = Path(fonts.__file__).parent / "fonts"
    assert {path.name for path in folder.iterdir()} == {
        "DejaVuSans.ttf",
        "DejaVuSans-Bold.ttf",
        "LICENSE.txt",
    }
    assert "Bitstream" in (folder / "LICENSE.txt").read_text()


def test_the_first_usual_place_that_has_a_font_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system's CJK font is found where systems keep theirs; none is no fault."""
    places = [str(tmp_path / name) for name in ("none.ttf", "noto.ttc", "droid.ttf")]
    monkeypatch.setattr(fonts, "_CJK_PLACES", tuple(places))
    assert fonts.usual_cjk_font() is None
    for place in places[1:]:
        Path(place).write_bytes(b"")
    assert fonts.usual_cjk_font() == Path(places[1])
