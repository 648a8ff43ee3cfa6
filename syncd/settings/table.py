"""The form that all tables of the configuration share, and the types of their settings.

Every setting has a docstring with its unit, its effect and why this default; `docs/settings.md`
prints it. A setting with an example (`sample`) in place of a default is required, some of them
only where another setting asks for them (module `rules`).
"""

import logging
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from syncd.settings import quantities, texts
from syncd.settings.mistakes import Mistake

logger = logging.getLogger(__name__)


class Table(BaseModel):
    """A table of the configuration: frozen, no unknown keys, no value in any error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
        defer_build=True,
    )


def sample(value: object, default: Any = ...) -> Any:
    """A setting that has an example; without a `default` it is always required."""
    return Field(default, examples=[value])


def table(**values: object) -> Any:
    """A table that is read even where it is left out, with `values` in it.

    So each of its required settings is named, and nothing is built while modules are imported.
    """
    return Field(default_factory=lambda: dict(values), validate_default=True)


def directory_of(info: ValidationInfo) -> Path:
    """The directory of the configuration file; the current one where no file was read."""
    directory: Path = info.context["directory"] if info.context else Path()
    return directory


def _read_secret(value: object, info: ValidationInfo) -> object:
    """The secret itself, or the content of the file that a { file = … } names."""
    if not isinstance(value, dict):
        return value
    if list(value) != ["file"] or not isinstance(value["file"], str):
        raise Mistake("is a table", 'write the secret in quotes, or { file = "/path/of/it" }')
    return _secret_in(directory_of(info) / value["file"])


def _secret_in(path: Path) -> str:
    """The one line that a file holds."""
    try:
        secret = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Mistake(
            "names a file that is no text", "name a file with the secret alone"
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its path is wrong"
        raise Mistake(
            f"names a file that cannot be read: {reason}",
            "correct the path, or let this user read it",
        ) from error
    if not secret.strip():
        raise Mistake("names a file that is empty", "put the secret into it")
    return secret.rstrip("\r\n")


class FileSecret(SecretStr):
    """A secret that stands in a file, where it may be renewed while syncd runs."""

    def __init__(self, secret: str, path: Path) -> None:
        super().__init__(secret)
        self.path = path


def _with_path(
    value: object, check: ValidatorFunctionWrapHandler, info: ValidationInfo
) -> SecretStr:
    secret: SecretStr = check(value)
    if not isinstance(value, dict):
        return secret
    return FileSecret(secret.get_secret_value(), directory_of(info) / value["file"])


def renewed(secret: SecretStr) -> SecretStr:
    """The secret as its file has it now; as it was read before where that file cannot be used."""
    if not isinstance(secret, FileSecret):
        return secret
    try:
        return _not_empty_secret(_check_secret(SecretStr(_secret_in(secret.path))))
    except Mistake as mistake:
        logger.warning("%s: %s; the secret that was read before is used", secret.path, mistake)
        return secret


def file_of(secret: SecretStr) -> Path | None:
    """The file that a secret is kept in; None where the configuration itself has it."""
    return secret.path if isinstance(secret, FileSecret) else None


def _check_secret(secret: SecretStr) -> SecretStr:
    return SecretStr(texts.one_line(secret.get_secret_value()))


def _check_key(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if " " in text or not text.isascii():
        raise Mistake("contains a character that no key has", "copy it again, without blanks")
    return secret


def _not_empty_secret(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value():
        raise Mistake("is empty", "give it a value; its environment variable may be set to nothing")
    return secret


def _path(value: object, info: ValidationInfo) -> object:
    """A file that is there, its path made absolute against the configuration file; None from ""."""
    if not isinstance(value, str):
        return value
    if not value:
        return None
    path = directory_of(info) / value
    if "\x00" in value or not path.is_file():
        raise Mistake("names no file", "correct the path; it is relative to the configuration file")
    return path


def _at_least(shortest: timedelta) -> Callable[[timedelta], timedelta]:
    def check(duration: timedelta) -> timedelta:
        if duration < shortest:
            text = quantities.format_duration(shortest)
            raise Mistake(f"is shorter than {text}", f'write "{text}" or more')
        return duration

    return check


Line = Annotated[str, AfterValidator(texts.one_line)]
"""Text in one line, possibly empty."""
Words = Annotated[Line, AfterValidator(texts.not_empty)]
"""Text in one line, not empty."""
Secret = Annotated[SecretStr, BeforeValidator(_read_secret), AfterValidator(_check_secret)]
"""Text that is never shown; may stand in a file of its own."""
Key = Annotated[Secret, AfterValidator(_check_key)]
"""A secret that travels in an HTTP header or a query."""
RequiredKey = Annotated[Key, AfterValidator(_not_empty_secret)]
RequiredSecret = Annotated[Secret, AfterValidator(_not_empty_secret)]
RenewedSecret = Annotated[RequiredSecret, WrapValidator(_with_path)]
"""A secret that is looked up again while syncd runs, where it stands in a file."""
Duration = Annotated[
    timedelta,
    BeforeValidator(quantities.parse_duration),
    PlainSerializer(quantities.format_duration, return_type=str, when_used="json"),
]
"""A length of time, zero allowed."""
LongDuration = Annotated[Duration, AfterValidator(_at_least(timedelta(seconds=1)))]
"""A length of time of a second or more."""
Percentage = Annotated[
    Decimal,
    BeforeValidator(quantities.parse_percentage),
    PlainSerializer(quantities.format_percentage, return_type=str, when_used="json"),
]
Money = Annotated[Decimal, BeforeValidator(quantities.parse_money)]
Rate = Annotated[Decimal, BeforeValidator(quantities.parse_rate)]
Number = Annotated[int | float, BeforeValidator(quantities.parse_number)]
Seconds = Annotated[float, BeforeValidator(quantities.parse_seconds)]
Count = Annotated[int, Field(strict=True, ge=0)]
"""A whole number, zero or more."""
Switch = Annotated[bool, Field(strict=True)]
"""true or false."""
Listen = Annotated[
    texts.ListenAddress | None,
    BeforeValidator(texts.parse_listen),
    PlainSerializer(lambda value: str(value or ""), return_type=str, when_used="json"),
]
TimeOfDay = Annotated[
    time | None,
    BeforeValidator(texts.parse_time_of_day),
    PlainSerializer(
        lambda value: value.strftime("%H:%M") if value else "", return_type=str, when_used="json"
    ),
]
Day = Annotated[
    date | None,
    BeforeValidator(texts.parse_date),
    PlainSerializer(lambda value: str(value or ""), return_type=str, when_used="json"),
]
Zone = Annotated[
    ZoneInfo,
    BeforeValidator(texts.parse_zone),
    PlainSerializer(str, return_type=str, when_used="json"),
]
Colour = Annotated[Line, AfterValidator(texts.parse_colour)]
PublicAddress = Annotated[
    Line, AfterValidator(lambda value: texts.parse_public_address(value) if value else value)
]
"""A web address that others fetch files from, or nothing."""
VendorAddress = Annotated[Line, AfterValidator(texts.parse_vendor_address)]
WireNames = Annotated[dict[str, str], AfterValidator(texts.parse_wire_names)]
FilePath = Annotated[
    Path | None,
    BeforeValidator(_path),
    PlainSerializer(lambda value: str(value or ""), return_type=str, when_used="json"),
]
