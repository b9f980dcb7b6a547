"""Quotas as callers send them: checked, each with its place and its time."""

from collections.abc import Mapping, Sequence
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
    for index, sent in enumerate(request.quotas[:ROWS_MAX]):
        row = _row(sent, f"quotas[{index}].", found, snapshot=snapshot, now=now)
        if any(row.place == known.place for known in wanted):
            found.add(f"quotas[{index}]", "names a quota twice", "send each once")
        if row.ends and datetime.fromisoformat(row.ends) <= now:
            _blame_end(f"quotas[{index}].", late)
        wanted[row] = sent.units
    text(request.reason, "reason", found)
    if found.found:
        raise InvalidField([*found.found, *late.found])
    content = digest(content_of(wanted), request.reason)
    return wanted, RequestKey(call.principal, "SetQuotas", asked, content), late


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
    snapshot: Snapshot,
    now: datetime,
) -> QuotaRow:
    stocked_sku(sent.sku, f"{field}sku", found, snapshot.items)
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
    return _placed(row, sent, field, found, snapshot=snapshot)


def _placed(
    row: QuotaRow,
    sent: pb.QuotaSetting,
    field: str,
    found: Violations,
    *,
    snapshot: Snapshot,
) -> QuotaRow:
    """The row with its place; a wide one counts at the node where it always did."""
    if bool(sent.node_id) + bool(sent.node_tag) + sent.every_node != 1:
        places = "send one of node_id, node_tag, every_node"
        found.add(f"{field}node_id", "is not one place", places)
    elif sent.node_id:
        node(sent.node_id, f"{field}node_id", found, snapshot)
    if sent.node_tag:
        identifier(sent.node_tag, f"{field}node_tag", found)
        tags = {tag for each in snapshot.nodes.values() for tag in each.tags}
        if sent.node_tag not in tags:
            known = nearest(sent.node_tag, sorted(tags))
            found.add(f"{field}node_tag", "is carried by no node", known)
    if sent.node_id or not snapshot.nodes:
        return row
    row = row._replace(is_wide=True, node_tag=sent.node_tag)
    before = (r.node_id for r in snapshot.quotas.rows if r.place == row.place)
    oldest = min(snapshot.nodes.values(), key=lambda each: each.number)
    return row._replace(node_id=next(before, oldest.node_id))


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
