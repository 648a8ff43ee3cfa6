"""Reading which photos a lettings property has (V4 Property Management, Get photos by type)."""

from collections.abc import Mapping
from dataclasses import dataclass

from syncd.agentos.property_management import Market, PropertyManagement
from syncd.evidence.photos import read_stem
from syncd.wire_json import Record


@dataclass(frozen=True)
class ShownPhoto:
    """One photo that AgentOS shows; `name` is empty where its name is not shown."""

    photo_id: str
    name: str
    size: int | None


@dataclass(frozen=True)
class ShownPhotos:
    """All photos of a property, ours by the stem of their names (in lower case), all by their id.

    `are_named`: whether every one of them shows a name, which also holds of none.
    """

    ours: Mapping[str, ShownPhoto]
    by_id: Mapping[str, ShownPhoto]
    are_named: bool
    count: int

    def find(self, stem: str, photo_id: str | None) -> ShownPhoto | None:
        """The photo with this name, else the one with this id."""
        named = self.ours.get(stem.casefold())
        return named or (self.by_id.get(photo_id) if photo_id else None)


async def look_at_photos(client: PropertyManagement, lettings_id: str) -> ShownPhotos:
    """Every photo of a lettings property as it is now."""
    found: list[Record] = []
    while True:
        page = await client.list_photos(Market.LETTINGS, lettings_id, offset=len(found))
        found += page.records
        # An empty page ends the list, whatever its count says.
        if not page.records or len(found) >= page.total:
            break
    photos = [_shown(each) for each in found]
    stems = ((read_stem(each.name), each) for each in photos)
    return ShownPhotos(
        ours={stem.casefold(): each for stem, each in stems if stem is not None},
        by_id={each.photo_id: each for each in photos if each.photo_id},
        are_named=all(each.name for each in photos),
        count=len(photos),
    )


def _shown(record: Record) -> ShownPhoto:
    size = record.get("Size", record.get("FileSize"))
    is_number = isinstance(size, int) and not isinstance(size, bool)
    name = _word(record, "DocumentName", "FileName", "Name")
    return ShownPhoto(_word(record, "OID", "ID"), name, int(str(size)) if is_number else None)


def _word(record: Record, *names: str) -> str:
    return next((str(record[name]).strip() for name in names if record.get(name)), "")
