"""Whether a file may speak for a node, and how far the source has gone by it. Pure.

A mark is open from the first row of a file to its end: rows of an open file go in, also
when it is sent again after it was cut off. Once it is whole, the same file, and every
one before it, was delivered.
"""

from collections.abc import Iterable

from inventory.books import Books
from inventory.errors import FeedOwned, IdReused
from inventory.feeds.rows import FeedBooks, MarkRow
from inventory.feeds.values import Feed


def admit(books: Books, feed: Feed, nodes: Iterable[str]) -> set[str]:
    """Open the marks of these nodes; those where the source had gone as far before.

    Raises:
        FeedOwned: another source counts one of the nodes.
        IdReused: the sequence came with another file.
    """
    names = list(dict.fromkeys(nodes))
    outdated = {name for name in names if _is_delivered(books.feeds, feed, name)}
    admitted = [name for name in names if name not in outdated]
    for name in admitted:
        _check_owner(books.feeds, feed, name)
    for name in admitted:
        _open(books.feeds, feed, name)
    return outdated


def note_moment(feeds: FeedBooks, source: str, node: str, as_of_us: int) -> None:
    """The file under way counted this node at this moment."""
    mark = feeds.marks[source, node]
    if as_of_us > mark.open_as_of_us:
        mark.open_as_of_us = as_of_us
        _change(feeds, mark)


def delivered_until(feeds: FeedBooks, source: str, node: str) -> int:
    """Latest moment that whole files of the source before this one counted there."""
    mark = feeds.marks.get((source, node))
    return mark.as_of_us if mark else 0


def finish(feeds: FeedBooks, feed: Feed) -> None:
    """The file is whole: close every mark that it opened."""
    for mark in list(feeds.marks.values()):
        if mark.source == feed.source and mark.is_open and _is_same(mark, feed):
            mark.is_open = 0
            mark.as_of_us = max(mark.as_of_us, mark.open_as_of_us)
            mark.open_as_of_us = 0
            _change(feeds, mark)


def _is_delivered(feeds: FeedBooks, feed: Feed, node: str) -> bool:
    mark = feeds.marks.get((feed.source, node))
    if mark is None:
        return False
    if not feed.sequence:
        return bool(feed.digest) and mark.digest == feed.digest and not mark.is_open
    if feed.sequence != mark.last_seq:
        return feed.sequence < mark.last_seq
    if feed.digest and mark.digest and feed.digest != mark.digest:
        raise IdReused(
            f"Sequence {feed.sequence} of {feed.source} came before with another file",
            next_step="Give every file the next sequence.",
            metadata={"sequence": str(feed.sequence), "source": feed.source},
        )
    return not mark.is_open


def _check_owner(feeds: FeedBooks, feed: Feed, node: str) -> None:
    owner = feeds.owners.get(node)
    if feed.take_over or owner is None or owner.source == feed.source:
        return
    raise FeedOwned(
        f"{owner.source} counts {node}, and {feed.source} would count it too",
        next_step=f"Stop the feed {owner.source}, then send take_over once.",
        metadata={"nodeId": node, "source": feed.source, "owner": owner.source},
    )


def _open(feeds: FeedBooks, feed: Feed, node: str) -> None:
    mark = feeds.marks.get((feed.source, node))
    if mark is None:
        mark = feeds.add(MarkRow(feed.source, node))
    if not mark.owns:
        owner = feeds.owners.get(node)
        if owner is not None:
            owner.owns = 0
            _change(feeds, owner)
        mark.owns, feeds.owners[node] = 1, mark
        _change(feeds, mark)
    if not (mark.is_open and _is_same(mark, feed)):
        mark.last_seq = feed.sequence or mark.last_seq
        mark.digest = feed.digest
        mark.is_open = 1
        mark.open_as_of_us = 0
        _change(feeds, mark)


def _is_same(mark: MarkRow, feed: Feed) -> bool:
    return feed.sequence in (0, mark.last_seq) and feed.digest == mark.digest


def _change(feeds: FeedBooks, mark: MarkRow) -> None:
    if mark.ver == mark.read_ver:
        mark.ver += 1
    feeds.changed[mark.source, mark.node] = mark
