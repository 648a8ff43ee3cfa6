"""What AgentOS accepts in writes (V4 Maintenance: steps 4 and 6, Document attachment, Submit
contractor invoice; profile models MaintenanceJobSubmissionModel, MaintenanceJobUpdateModel,
Document, ContractorInvoiceSubmissionModel). Each check says what is wrong with a body, or nothing.
"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from syncd.sandbox.shelf import Record

PRIORITIES = ("Low", "Medium", "High", "Emergency")
LARGEST_DOCUMENT = 10 * 1024 * 1024
NO_DATE = "0001-01-01"
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_BEGINNINGS = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}

Check = Callable[[Any], str | None]


def text(value: Any) -> str | None:
    """Any string."""
    return None if isinstance(value, str) else "must be a string"


def filled(value: Any) -> str | None:
    """A string that says something."""
    return None if isinstance(value, str) and value.strip() else "must be a string with a value"


def _moment(value: Any) -> str | None:
    """An ISO 8601 date or date-time that is not .NET's empty one."""
    is_shaped = isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}($|T)", value)
    try:
        datetime.fromisoformat(value if is_shaped else "")
    except ValueError:
        return "must be an ISO 8601 date"
    return "must not be the default date" if value.startswith(NO_DATE) else None


def _money(value: Any) -> str | None:
    """A JSON number of pounds with at most two decimals, not negative."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "must be a number"
    try:
        amount = Decimal(repr(value))
    except InvalidOperation:
        return "must be a number"
    if amount != amount.quantize(Decimal("0.01")):
        return "must have at most two decimals"
    return "must not be negative" if amount < 0 else None


def _whole(value: Any) -> str | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return None if is_whole else "must be a number of bytes"


def _priority(value: Any) -> str | None:
    return None if value in PRIORITIES else f"must be one of {', '.join(PRIORITIES)}"


def _list(value: Any) -> str | None:
    return None if isinstance(value, list) and value else "must be an array with a document"


NEW_JOB: dict[str, Check] = {
    "PropertyID": filled,
    "Description": filled,
    "StatusID": filled,
    "Title": text,
    "ContractorID": filled,
    "Priority": _priority,
    "ReportedAt": _moment,
}
NEW_JOB_REQUIRED = ("PropertyID", "Description", "StatusID")
JOB_CHANGE: dict[str, Check] = {
    "StatusID": filled,
    "Description": text,
    "ContractorID": filled,
    "ClosedDate": _moment,
}
DOCUMENT: dict[str, Check] = {
    "DocumentName": filled,
    "MimeType": filled,
    "Content": filled,
    "Size": _whole,
}
DOCUMENT_REQUIRED = ("DocumentName", "MimeType", "Content")
INVOICE: dict[str, Check] = {
    "ContractorID": filled,
    "JobID": filled,
    "Amount": _money,
    "VATAmount": _money,
    "InvoiceNumber": filled,
    "InvoiceDate": _moment,
    "Description": text,
    "Documents": _list,
}
INVOICE_REQUIRED = ("ContractorID", "JobID", "Amount", "Documents")


def body_problems(
    body: Any, fields: dict[str, Check], *, required: tuple[str, ...] = (), is_strict: bool
) -> list[str]:
    """Everything wrong with the fields of a body."""
    if not isinstance(body, dict):
        return ["The body must be an object"]
    problems = [f"{name} is required" for name in required if name not in body]
    for name, value in body.items():
        if name in fields:
            found = fields[name](value)
            problems += [] if found is None else [f"{name} {found}"]
        elif is_strict:
            problems.append(f"{name} is not a field of this model")
    return problems


def extension_of(name: str) -> str:
    """The extension of a document's name, lower case; jpeg counts as jpg."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    return "jpg" if extension == "jpeg" else extension


def content_of(document: Record) -> bytes | None:
    """The bytes of a document; None when they are not base64."""
    try:
        return base64.b64decode(document["Content"], validate=True)
    except (binascii.Error, ValueError):
        return None


def _type_problems(document: Record, *, mime_form: str) -> list[str]:
    """The type as the vendor wants it: the extension with a dot, the same as in the name."""
    extension = extension_of(document["DocumentName"])
    if extension not in MEDIA_TYPES:
        return ["DocumentName must end in .pdf .jpg .png .doc .docx .xls or .xlsx"]
    sent = document["MimeType"]
    is_extension = sent.startswith(".") and extension_of(sent) == extension
    is_media_type = sent == MEDIA_TYPES[extension]
    accepted = {
        "extension": is_extension,
        "media-type": is_media_type,
        "either": is_extension or is_media_type,
    }
    return [] if accepted[mime_form] else ["MimeType does not match the extension of DocumentName"]


def document_problems(document: Any, *, mime_form: str, is_strict: bool) -> list[str]:
    """Everything wrong with a Document."""
    problems = body_problems(document, DOCUMENT, required=DOCUMENT_REQUIRED, is_strict=is_strict)
    if problems:
        return problems
    problems = _type_problems(document, mime_form=mime_form)
    content = content_of(document)
    if content is None or not content:
        return [*problems, "Content must be base64"]
    if len(content) > LARGEST_DOCUMENT:
        problems.append("Content is larger than 10 MB")
    if document.get("Size", len(content)) != len(content):
        problems.append(f"Size is {document['Size']} but Content has {len(content)} bytes")
    beginning = _BEGINNINGS.get(extension_of(document["DocumentName"]), b"")
    if not content.startswith(beginning):
        problems.append("Content is not of the type that DocumentName says")
    return problems


def invoice_problems(invoice: Any, *, mime_form: str, is_strict: bool) -> list[str]:
    """Everything wrong with an invoice; its documents must be PDF."""
    problems = body_problems(invoice, INVOICE, required=INVOICE_REQUIRED, is_strict=is_strict)
    if problems:
        return problems
    if invoice["Amount"] <= 0:
        problems.append("Amount must be more than nothing")
    if invoice.get("VATAmount", 0) > invoice["Amount"]:
        problems.append("VATAmount is more than Amount")
    for document in invoice["Documents"]:
        problems += document_problems(document, mime_form=mime_form, is_strict=is_strict)
        if isinstance(document, dict) and extension_of(str(document.get("DocumentName"))) != "pdf":
            problems.append("An invoice must be a PDF")
    return problems
