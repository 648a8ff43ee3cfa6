"""Names of files among the values of a visit's custom fields. Pure."""

import re

_MEDIA = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
}
_NAME = re.compile(r"[\w.()-][\w .()-]*\.([A-Za-z]{3,4})")


def is_file_name(value: object) -> bool:
    """Whether this is the name of a picture or a PDF, without any folder."""
    match = _NAME.fullmatch(value) if isinstance(value, str) else None
    return match is not None and match[1].lower() in _MEDIA


def media_type(name: str) -> str:
    """The media type of a file of this name; KeyError where `is_file_name` says no."""
    return _MEDIA[name.rpartition(".")[2].lower()]
