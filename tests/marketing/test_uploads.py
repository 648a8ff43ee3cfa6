"""Files are checked before anything is sent."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from syncd.errors import ConfigError
from syncd.marketing.uploads import MediaKind, read_uploads


def picture(path: Path, size: tuple[int, int] = (800, 600), kind: str = "JPEG") -> Path:
    """A picture file."""
    written = BytesIO()
    Image.new("RGB", size, "navy").save(written, kind)
    path.write_bytes(written.getvalue())
    return path


def test_a_photo_is_sent_as_it_is_with_the_type_of_its_content(tmp_path: Path) -> None:
    """The extension follows the content, not the name of the file."""
    path = picture(tmp_path / "kitchen.png")
    (upload,) = read_uploads([path], MediaKind.PHOTO, mime_form="extension")
    assert upload.document.content == path.read_bytes()
    assert (upload.document.name, upload.document.mime_type) == ("kitchen.jpg", ".jpg")
    assert upload.remark == "800 × 600 pixels"
    (upload,) = read_uploads([path], MediaKind.PHOTO, mime_form="media-type")
    assert upload.document.mime_type == "image/jpeg"


def test_a_webp_becomes_a_png_and_says_so(tmp_path: Path) -> None:
    """AgentOS takes neither WebP nor GIF."""
    (upload,) = read_uploads(
        [picture(tmp_path / "a.webp", kind="WEBP")], MediaKind.PHOTO, mime_form="extension"
    )
    assert upload.document.name == "a.png"
    assert "converted to PNG" in upload.remark


def test_every_file_that_cannot_be_sent_is_named_at_once(tmp_path: Path) -> None:
    """One run shows all mistakes, each with its file."""
    small, large = picture(tmp_path / "s.png", (319, 240), "PNG"), tmp_path / "l.png"
    picture(large, (12_001, 400), "PNG")
    empty, text, huge = tmp_path / "e.jpg", tmp_path / "t.txt", tmp_path / "h.jpg"
    empty.write_bytes(b"")
    text.write_text("no picture")
    huge.write_bytes(b"\xff\xd8\xff" + bytes(10 * 1024 * 1024))
    paths = [small, large, empty, text, huge, tmp_path / "none.jpg"]
    with pytest.raises(ConfigError) as caught:
        read_uploads(paths, MediaKind.FLOOR_PLAN, mime_form="extension")
    assert [problem.path for problem in caught.value.problems] == [str(path) for path in paths]
    words = " ".join(problem.message for problem in caught.value.problems)
    for each in (
        "at least 320",
        "12000 a side",
        "empty",
        "no kind of file",
        "10 MB",
        "No such file",
    ):
        assert each in words


def test_portal_media_may_be_documents(tmp_path: Path) -> None:
    """A brochure is a PDF; what is none is refused, and so is a kind that AgentOS lacks."""
    good, bad, other = tmp_path / "b.pdf", tmp_path / "x.pdf", tmp_path / "x.exe"
    good.write_bytes(b"%PDF-1.7\n")
    bad.write_bytes(b"MZ")
    other.write_bytes(b"MZ")
    (upload,) = read_uploads([good], MediaKind.PORTAL, mime_form="media-type")
    assert upload.document.mime_type == "application/pdf"
    with pytest.raises(ConfigError) as caught:
        read_uploads([bad, other], MediaKind.PORTAL, mime_form="extension")
    assert len(caught.value.problems) == 2
