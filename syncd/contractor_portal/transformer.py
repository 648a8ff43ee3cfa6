"""How the portal packs what it takes and gives: plain JSON, or superjson's envelope. Pure.

Which one is a setting and never guessed: packed input is accepted by a plain tRPC server, which
then strips every filter from it and answers 200.
"""

from collections.abc import Mapping
from typing import Literal

from syncd.wire_json import Wire

Transformer = Literal["none", "superjson"]


def packed(values: Mapping[str, object], transformer: Transformer) -> Mapping[str, object]:
    """Input as the portal takes it. Nothing that we send has a type that JSON lacks, so
    superjson's `meta` is never needed."""
    return {"json": values} if transformer == "superjson" else values


def unpacked(answer: Wire, transformer: Transformer) -> Wire:
    """What an answer's `data` holds; a Date stays the text that it travels as, undefined is null.

    ValueError where the answer is packed the other way.
    """
    if is_packed(answer):
        if transformer == "none":
            raise ValueError("it is packed by superjson, and the setting `transformer` says none")
        assert isinstance(answer, dict)  # noqa: S101  (is_packed looked)
        return answer["json"]
    if transformer == "superjson" and answer is not None:
        raise ValueError("it is plain, and the setting `transformer` says superjson")
    return answer


def is_packed(answer: Wire) -> bool:
    """Whether an answer's `data` stands in superjson's envelope."""
    return isinstance(answer, dict) and "json" in answer and set(answer) <= {"json", "meta"}
