"""Every secret that a configuration holds, for those who have to keep them out of what they say."""

from collections.abc import Iterator

from pydantic import BaseModel, SecretStr


def secrets_in(value: object) -> Iterator[str]:
    """The secret texts of a table of settings, those of its tables too."""
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from secrets_in(getattr(value, name))
    elif isinstance(value, dict):
        yield from (each for inner in value.values() for each in secrets_in(inner))
    elif isinstance(value, tuple | list):
        yield from (each for inner in value for each in secrets_in(inner))
