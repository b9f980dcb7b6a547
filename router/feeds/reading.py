"""What the first message of an import says of the file that its rows belong to."""

from dataclasses import dataclass

from inventory.feeds.values import Feed
from router.counts import Moments
from router.snapshot import Snapshot
from router.validate import ID_MAX, Violations, count, identifier, nearest, text, whole
from shipfrom.v1 import inventory_service_pb2 as pb

NODES_MAX = 10_000
ROWS_MAX = 1_000_000
SEQUENCE_MAX = 2**62


@dataclass(frozen=True, slots=True)
class Complete:
    """Nodes whose absent cells are empty, and the rows that the source promised."""

    node_ids: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class File:
    """The file of an import. `feed` None: its counts belong to no source."""

    feed: Feed | None = None
    as_of_us: int = 0
    continues: bool = False
    complete: Complete | None = None


def read_file(
    message: pb.ImportStockRequest, *, snapshot: Snapshot, moments: Moments
) -> File:
    """Raises InvalidField for whatever is wrong with the feed's fields."""
    if not message.HasField("feed"):
        return File()
    said, found = message.feed, Violations()
    feed = _feed(said, found)
    as_of_us = 0
    if said.HasField("as_of_time"):
        as_of_us = moments.read(said.as_of_time, "feed.as_of_time", found)
    complete = None
    if said.HasField("snapshot"):
        complete = _complete(said.snapshot, found, snapshot)
        if said.continues:
            hint = "send the whole file in one stream"
            found.add("feed.continues", "goes with no snapshot", hint)
    found.check()
    return File(feed, as_of_us, said.continues, complete)


def _feed(said: pb.Feed, found: Violations) -> Feed | None:
    whole(said.sequence, "feed.sequence", found, least=0, most=SEQUENCE_MAX)
    text(said.digest, "feed.digest", found, length_max=ID_MAX)
    if said.source:
        identifier(said.source, "feed.source", found)
        return Feed(said.source, said.sequence, said.digest, said.take_over)
    if said.sequence or said.take_over:
        found.add("feed.source", "is required", "name who sends the file")
    return None


def _complete(said: pb.Snapshot, found: Violations, snapshot: Snapshot) -> Complete:
    path = "feed.snapshot.node_ids"
    count(len(said.node_ids), path, found, most=NODES_MAX)
    for index, node_id in enumerate(said.node_ids):
        if node_id not in snapshot.nodes:
            near = nearest(node_id, snapshot.node_ids)
            found.add(f"{path}[{index}]", "is an unknown node", near)
    whole(said.rows, "feed.snapshot.rows", found, least=0, most=ROWS_MAX)
    return Complete(tuple(dict.fromkeys(said.node_ids)), said.rows)
