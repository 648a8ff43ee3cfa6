"""Whether the setting `transformer` says how the portal packs its answers: looked at once.

A portal that packs otherwise than it is told may strip every filter from what it is asked and
answer 200, so nothing is asked before this is known.
"""

from syncd.contractor_portal.client import ContractorPortal
from syncd.contractor_portal.transformer import Transformer
from syncd.errors import VendorGarbled
from syncd.model import Side

WORDS: dict[Transformer, str] = {"none": "plain JSON", "superjson": "superjson"}


class TransformerProbe:
    """One portal's probe; remembers for the life of the process that it was right."""

    def __init__(self, expected: Transformer) -> None:
        self._expected: Transformer = expected
        self._is_right = False

    async def check(self, portal: ContractorPortal) -> None:
        """VendorGarbled where the portal packs otherwise; VendorError where it does not answer."""
        if self._is_right:
            return
        seen = await portal.seen_transformer()
        if seen != self._expected:
            raise VendorGarbled(
                f"{Side.AGENTOS}_transformer",
                f"the contractor portal answers in {WORDS[seen]}, and the setting "
                f'contractor_portal.transformer says "{self._expected}"',
                f'write transformer = "{seen}"',
                side=Side.AGENTOS,
                operation="contractor.status",
            )
        self._is_right = True
