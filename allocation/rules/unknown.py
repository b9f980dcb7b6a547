"""Words of a policy that the network does not know: usually they are misspelt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from allocation.rules.fields import Op
from allocation.rules.findings import Finding, error, warning
from allocation.rules.suggest import closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from allocation.network import Network
    from allocation.rules.condition import Condition
    from allocation.rules.document import PolicyDocument

TOLD_MAX = 5
"""Unknown words of one condition that are named."""


class Known(NamedTuple):
    """All words of one sort, sorted, and whether an unknown one is certainly wrong:
    nodes and services are made before a rule names them, tags and SKUs come and go."""

    sort: str
    words: Sequence[str]
    is_closed: bool


def vocabularies(document: PolicyDocument, network: Network) -> dict[str, Known]:
    """What may be named by field. A sort of which the network has nothing yet is not
    judged."""
    nodes = Known("node", sorted(network.node_by_id), True)
    services = Known("service", sorted({x.service for x in network.lanes}), True)
    skus = Known("SKU", sorted(network.item_by_sku), False)
    node_tags = sorted({tag for node in network.nodes for tag in node.tags})
    item_tags = sorted({tag for item in network.items for tag in item.tags})
    countries = sorted({node.region_code for node in network.nodes})
    zones = sorted({node.time_zone for node in network.nodes})
    found = {
        "node.id": nodes,
        "lane.service": services,
        "order.service": services,
        "line.sku": skus,
        "node.tags": Known("tag of a node", node_tags, False),
        "item.tags": Known("tag of an item", item_tags, False),
        "node.country": Known("country of a node", countries, False),
        "node.time_zone": Known("time zone of a node", zones, False),
    }
    has = {"node": network.nodes, "line": network.items, "item": network.items}
    found = {
        name: known
        for name, known in found.items()
        if has.get(name.partition(".")[0], network.lanes)
    }
    groups = sorted(group.name for group in document.groups)
    return {**found, "node.group": Known("group", groups, True)}


def unknown(document: PolicyDocument, network: Network) -> Iterator[Finding]:
    """Names in conditions, groups and look_ahead that nothing has."""
    known = vocabularies(document, network)
    for place, rule in enumerate(document.rules):
        if not rule.enabled:
            continue
        for part, conditions in (("where", rule.where), ("any", rule.any_of)):
            for number, condition in enumerate(conditions):
                if condition.field in known:
                    path = f"rules[{place}].{part}[{number}].value"
                    words = _unknown_in(condition, known[condition.field])
                    yield from _told(path, words, known[condition.field], (rule.id,))
    yield from _of_groups(document, known)
    if "item.tags" in known:
        tags = known["item.tags"]
        wrong = _missing(document.look_ahead.without_tags, tags)
        yield from _told("look_ahead.without_tags", wrong, tags)


def _unknown_in(condition: Condition, known: Known) -> list[str]:
    value = condition.value
    if condition.op is Op.STARTS_WITH:
        prefix = str(value)
        found = any(word.startswith(prefix) for word in known.words)
        return [] if found else [prefix]
    return _missing(map(str, value if isinstance(value, tuple) else (value,)), known)


def _missing(words: Iterable[str], known: Known) -> list[str]:
    there = set(known.words)
    return [word for word in words if word not in there]


def _told(
    path: str, words: Sequence[str], known: Known, rules: tuple[str, ...] = ()
) -> Iterator[Finding]:
    make = error if known.is_closed else warning
    for word in words[:TOLD_MAX]:
        text = f"{word} is no {known.sort}"
        yield make(path, text, closest(word, known.words), rules=rules)
    if len(words) > TOLD_MAX:
        text = f"{len(words) - TOLD_MAX} more are no {known.sort}"
        yield make(path, text, "check them all", rules=rules)


def _of_groups(document: PolicyDocument, known: dict[str, Known]) -> Iterator[Finding]:
    for group in document.groups:
        path = f"groups.{group.name}"
        if not group.node_ids and not group.tags:
            yield warning(path, f"group {group.name} is empty", "name nodes or tags")
        for field, part, words in (
            ("node.id", "nodes", group.node_ids),
            ("node.tags", "tags", group.tags),
        ):
            if field in known:
                wrong = _missing(words, known[field])
                yield from _told(f"{path}.{part}", wrong, known[field])
