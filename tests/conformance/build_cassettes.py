"""Write the cassettes from the vendors' own bodies.

Run by hand: `python -m tests.conformance.build_cassettes`.
"""

from pathlib import Path

import yaml

from syncd.wire_json import encode_json
from tests.conformance.calls import (
    Exchange,
    agentos_exchanges,
    letsjobit_exchanges,
    stranger_exchanges,
)

CASSETTES = Path(__file__).parent.parent / "cassettes"


def cassette(exchanges: list[Exchange]) -> str:
    """The text of a cassette; it holds no key, because nothing was ever called."""
    interactions = [
        {
            "request": {
                "method": exchange.method,
                "uri": exchange.url,
                "headers": {},
                "body": "" if exchange.body is None else encode_json(exchange.body).decode(),
            },
            "response": {
                "status": {"code": exchange.status, "message": "OK"},
                "headers": {"content-type": ["application/json"]},
                "body": {"string": exchange.answer.decode()},
            },
        }
        for exchange in exchanges
    ]
    document = {"interactions": interactions, "version": 1}
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)
    return text


def cassettes() -> dict[str, str]:
    """Every cassette by its file name."""
    return {
        "vendors.yaml": cassette([*letsjobit_exchanges(), *agentos_exchanges()]),
        "strangers.yaml": cassette(stranger_exchanges()),
    }


if __name__ == "__main__":
    for name, text in cassettes().items():
        (CASSETTES / name).write_text(text)
