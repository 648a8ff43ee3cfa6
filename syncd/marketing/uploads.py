"""Files that are to become media of a property, checked before anything is sent.

AgentOS takes uploads of at most 10 MB whose type matches the name. Photos and floor plans have to
be pictures that portals can show: JPEG or PNG, at least as large as a screen's small window.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from syncd.agentos.uploads import Document
from syncd.errors import BadEvidence, ConfigError, Problem
from syncd.evidence.photos import read_photo
from syncd.evidence.pictures import LARGEST_BYTES, picture_size

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What AgentOS takes, by extension (V4 Maintenance, Document attachment)."""


class MediaKind(StrEnum):
    """What a file becomes."""

    PHOTO = "photo"
    FLOOR_PLAN = "floor-plan"
    PORTAL = "portal"


@dataclass(frozen=True)
class Upload:
    """A file that may be sent; `remark` says what people may want to know of it."""

    path: Path
    document: Document
    remark: str


def read_uploads(paths: Sequence[Path], kind: MediaKind, *, mime_form: str) -> tuple[Upload, ...]:
    """Every file, read and checked; ConfigError with all that is wrong with any of them.

    `mime_form` is "extension" or "media-type", as the setting `documents.mime_type` has it.
    """
    uploads: list[Upload] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            uploads.append(_upload(path, kind, mime_form=mime_form))
        except BadEvidence as bad:
            problems.append(Problem(str(path), bad.message, "choose another file, or convert it"))
        except OSError as error:
            problems.append(Problem(str(path), f"cannot be read: {error.strerror}", ""))
    if problems:
        raise ConfigError(problems)
    return tuple(uploads)


def _upload(path: Path, kind: MediaKind, *, mime_form: str) -> Upload:
    content = path.read_bytes()
    if not content:
        raise BadEvidence("the file is empty")
    if kind is MediaKind.PORTAL and _extension(path) not in ("jpg", "png"):
        return _document(path, content, _extension(path), mime_form=mime_form)
    picture = read_photo(content)
    width, height = picture_size(picture)
    remark = f"{width} × {height} pixels"
    if picture.content != content:
        remark += ", converted to PNG"
    document = _named(path, picture.content, picture.extension, mime_form=mime_form)
    return Upload(path, document, remark)


def _document(path: Path, content: bytes, extension: str, *, mime_form: str) -> Upload:
    if extension not in MEDIA_TYPES:
        kinds = ", ".join(MEDIA_TYPES)
        raise BadEvidence(f"AgentOS takes no .{extension} files, only {kinds}")
    if len(content) > LARGEST_BYTES:
        raise BadEvidence(f"the file is larger than {LARGEST_BYTES // 1024 // 1024} MB")
    if extension == "pdf" and not content.startswith(b"%PDF-"):
        raise BadEvidence("the file is no PDF, whatever its name says")
    return Upload(path, _named(path, content, extension, mime_form=mime_form), "")


def _named(path: Path, content: bytes, extension: str, *, mime_form: str) -> Document:
    mime_type = f".{extension}" if mime_form == "extension" else MEDIA_TYPES[extension]
    return Document(f"{path.stem}.{extension}", mime_type, content)


def _extension(path: Path) -> str:
    extension = path.suffix.lstrip(".").lower()
    return "jpg" if extension == "jpeg" else extension
