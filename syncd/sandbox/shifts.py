"""Rows that move while a client walks the pages: the fault `shift`."""

from syncd.sandbox.faults import Rule
from syncd.sandbox.shelf import Record, Shelf, from_json
from syncd.sandbox.world import World, oid, short_id


def _listed(body: bytes) -> list[Record]:
    answer = from_json(body)
    found = answer.get("Data", answer.get("data")) if isinstance(answer, dict) else None
    return found if isinstance(found, list) else []


def _shelf_with(world: World, key: str) -> Shelf | None:
    shelves = [world.visits, *world.agency.shelves().values()]
    return next((shelf for shelf in shelves if key in shelf), None)


def _copy(world: World, record: Record) -> Record:
    """A new record like this one, under names of its own."""
    number = world.new_number()
    if "_id" in record:
        names = {"_id": short_id(world.seed, "shift", number), "docNo": f"SHIFT-{number}"}
        return {**record, **names, "id": 2**40 + number}
    return {**record, "OID": oid(world.seed, "shift", number)}


def shift(world: World, vendor: str, rule: Rule, body: bytes) -> None:
    """Change the list that was just answered in `body`: `insert` a copy of a row before all others,
    `delete` a row, or `rotate` it to the end. The row: the rule's `record`, else the first."""
    records = _listed(body)
    key_name = "_id" if vendor == "letsjobit" else "OID"
    key = rule.record or (records[0][key_name] if records else "")
    shelf = _shelf_with(world, key)
    if shelf is None:
        return
    record = shelf.need(key)
    is_visit = shelf is world.visits
    if rule.change == "insert":
        copy = _copy(world, record)
        if is_visit:
            world.put_visit(copy, first=True)
        else:
            shelf.put(copy, first=True)
        return
    if is_visit:
        world.remove_visit(key)
    else:
        shelf.remove(key)
    if rule.change == "rotate":
        if is_visit:
            world.put_visit(record)
        else:
            shelf.put(record)
