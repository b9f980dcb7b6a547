"""Quotas as callers send them: checked, each with its place and its time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inventory.errors import InvalidField
from inventory.operations import RequestKey
from router.bundles import stocked_sku
from router.counts import ROWS_MAX, node
from router.messages import EPOCH
from router.paging import digest
from router.quotas import QuotaRow
from router.rpc.call import Call
from router.snapshot import Snapshot
from router.validate import (
    COUNT_MAX,
    DAYS_AHEAD_MAX,
    ID_MAX,
    Violations,
    count,
    identifier,
    nearest,
    request_id,
    text,
    whole,
)
from shipfrom.v1 import inventory_service_pb2 as pb

Wanted = Mapping[QuotaRow, int]
"""Units that each quota shall have left."""


def read_settings(
    request: pb.SetQuotasRequest, call: Call, snapshot: Snapshot, now: datetime
) -> tuple[Wanted, RequestKey, Violations]:
    """The quotas, the request, and what keeps it from being a new one: a repeat may
    come after the end of a quota.

    Raises:
        InvalidField: naming all that is wrong.
    """
    found, late = Violations(), Violations()
    asked = request_id(request.request_id, found)
    count(len(request.quotas), "quotas", found, most=ROWS_MAX)
    wanted: dict[QuotaRow, int] = {}
    known, seen = _Known.of(snapshot), set[tuple[str, ...]]()
    for index, sent in enumerate(request.quotas[:ROWS_MAX]):
        row = _row(sent, f"quotas[{index}].", found, known=known, now=now)
        if row.place in seen:
            found.add(f"quotas[{index}]", "names a quota twice", "send each once")
        seen.add(row.place)
        if row.ends and datetime.fromisoformat(row.ends) <= now:
            _blame_end(f"quotas[{index}].", late)
        wanted[row] = sent.units
    text(request.reason, "reason", found)
    if found.found:
        raise InvalidField([*found.found, *late.found])
    content = digest(content_of(wanted), request.reason)
    return wanted, RequestKey(call.principal, "SetQuotas", asked, content), late


@dataclass(frozen=True, slots=True)
class _Known:
    """What quotas may name, looked up once for all of a request."""

    snapshot: Snapshot
    tags: frozenset[str]
    anchors: Mapping[tuple[str, ...], str]
    """Where the cells of the wide quotas are."""
    oldest: str

    @classmethod
    def of(cls, snapshot: Snapshot) -> "_Known":
        nodes = snapshot.nodes.values()
        oldest = min(nodes, key=lambda each: each.number, default=None)
        rows = snapshot.quotas.rows
        return cls(
            snapshot,
            frozenset(tag for each in nodes for tag in each.tags),
            {row.place: row.node_id for row in rows if row.is_wide},
            oldest.node_id if oldest else "",
        )


def content_of(wanted: Wanted) -> Sequence[object]:
    """What a repeat must say again. Of a quota at one node for good it is as it was
    before there were others: a repeat may come after an upgrade."""
    plain = len(QuotaRow._fields) - len(QuotaRow._field_defaults)
    return [
        (*(row if any(row[plain:]) else row[:plain]), units)
        for row, units in wanted.items()
    ]


def _blame_end(field: str, found: Violations) -> None:
    found.add(f"{field}end_time", "is over before it begins", "send a later moment")


def _row(
    sent: pb.QuotaSetting,
    field: str,
    found: Violations,
    *,
    known: _Known,
    now: datetime,
) -> QuotaRow:
    stocked_sku(sent.sku, f"{field}sku", found, known.snapshot.items)
    text(sent.channel, f"{field}channel", found, length_max=ID_MAX)
    if not sent.channel:
        next_step = "name it as orders do (facts.channel)"
        found.add(f"{field}channel", "is required", next_step)
    whole(sent.units, f"{field}units", found, least=0, most=COUNT_MAX)
    falls = sent.falls_through or not sent.HasField("falls_through")
    starts = _moment(sent, "start_time", field, found, now=now)
    ends = _moment(sent, "end_time", field, found, now=now)
    if starts and ends and now < ends <= starts:
        _blame_end(field, found)
    times = [moment.isoformat() if moment else "" for moment in (starts, ends)]
    row = QuotaRow(sent.sku, sent.node_id, sent.channel, falls, False, "", *times)
    return _placed(row, sent, field, found, known=known)


def _placed(
    row: QuotaRow,
    sent: pb.QuotaSetting,
    field: str,
    found: Violations,
    *,
    known: _Known,
) -> QuotaRow:
    """The row with its place; a wide one counts at the node where it always did."""
    if bool(sent.node_id) + bool(sent.node_tag) + sent.every_node != 1:
        places = "send one of node_id, node_tag, every_node"
        found.add(f"{field}node_id", "is not one place", places)
    elif sent.node_id:
        node(sent.node_id, f"{field}node_id", found, known.snapshot)
    if sent.node_tag:
        identifier(sent.node_tag, f"{field}node_tag", found)
        if sent.node_tag not in known.tags:
            near = nearest(sent.node_tag, sorted(known.tags))
            found.add(f"{field}node_tag", "is carried by no node", near)
    if sent.node_id or not known.oldest:
        return row
    row = row._replace(is_wide=True, node_tag=sent.node_tag)
    return row._replace(node_id=known.anchors.get(row.place, known.oldest))


def _moment(
    sent: pb.QuotaSetting, name: str, field: str, found: Violations, *, now: datetime
) -> datetime | None:
    if not sent.HasField(name):
        return None
    stamp = getattr(sent, name)
    latest = now + timedelta(days=DAYS_AHEAD_MAX)
    if not 0 <= stamp.seconds <= (latest - EPOCH).total_seconds():
        found.add(f"{field}{name}", "is more than a year ahead", "send an earlier day")
        return None
    return EPOCH + timedelta(seconds=stamp.seconds, microseconds=stamp.nanos // 1_000)
