"""What happens with a wrong key, and that no key is ever kept."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from syncd.errors import VendorDenied
from syncd.sandbox import RunningSandbox, seeded_world
from syncd.vendor_http import new_http_client
from tests.conformance.build_cassettes import CASSETTES, cassettes
from tests.conformance.conftest import GENEROUS, RECORDED, Clients, clients_of, of_sandbox, player
from tests.vendor.lines import FAKE_KEYS
from tests.vendor.samples import HERE, sample_bytes


@pytest.fixture(params=["cassettes", "sandbox"])
async def strangers(request: pytest.FixtureRequest) -> AsyncIterator[Clients]:
    """Clients whose keys the vendors do not know."""
    async with AsyncExitStack() as stack:
        vendors = RECORDED
        if request.param == "sandbox":
            box = stack.enter_context(RunningSandbox(seeded_world(7), limits=GENEROUS))
            vendors = of_sandbox(box)
        else:
            stack.enter_context(player().use_cassette("strangers.yaml"))
        http = await stack.enter_async_context(new_http_client())
        unknown = replace(vendors, letsjobit_key="not-this-one", agentos_key="nor-this-one")
        yield clients_of(http, unknown)


async def test_a_wrong_key_is_denied(strangers: Clients) -> None:
    """Both vendors answer a wrong key with 401, which concerns the key alone."""
    with pytest.raises(VendorDenied) as caught:
        await strangers.letsjobit.list_visits()
    assert caught.value.code == "letsjobit_unauthorized"
    with pytest.raises(VendorDenied) as caught:
        await strangers.agentos.list_branches()
    assert caught.value.code == "agentos_unauthorized"


def kept_files() -> list[Path]:
    """Everything that tests keep of vendors."""
    return [*CASSETTES.rglob("*.yaml"), *HERE.glob("*.json"), *HERE.glob("*.yaml")]


@pytest.mark.parametrize("path", kept_files(), ids=lambda path: path.name)
def test_no_cassette_holds_a_key(path: Path) -> None:
    """Neither the fake keys of the tests nor any authorization is kept."""
    text = path.read_text()
    assert not any(key in text for key in FAKE_KEYS)
    assert "Bearer" not in text
    assert "API_KEY" not in text


def test_the_cassettes_are_the_vendors_bodies() -> None:
    """Each cassette is what its builder makes of the vendors' own bodies, byte for byte."""
    for name, text in cassettes().items():
        assert (CASSETTES / name).read_text() == text
    assert {path.name for path in CASSETTES.glob("*.yaml")} == set(cassettes())


def test_the_documented_sample_is_in_the_cassette() -> None:
    """The answer to the list of visits is the vendor's sample, with all its spaces."""
    with player().use_cassette("vendors.yaml") as played:
        body = played.responses[0]["body"]["string"]
    assert body == sample_bytes("letsjobit_visits.json")
