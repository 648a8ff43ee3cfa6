"""The one body of every V4 upload: documents of jobs and invoices, photos, floor plans, media."""

import base64
from dataclasses import dataclass, field

from syncd.agentos.names import Names


@dataclass(frozen=True)
class Document:
    """A file to upload; `mime_type` is the extension with its dot, or a media type."""

    name: str
    mime_type: str
    content: bytes = field(repr=False)


def document_body(names: Names, document: Document) -> dict[str, object]:
    """The body `Document` with the names as they are sent."""
    return names.body(
        "Document",
        {
            "DocumentName": document.name,
            "MimeType": document.mime_type,
            "Content": base64.b64encode(document.content).decode("ascii"),
            "Size": len(document.content),
        },
    )
