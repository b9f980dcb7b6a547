"""Units kept for a channel: set, listed, taken away."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from shipfrom._network import until_of
from shipfrom._quotas import Quota
from shipfrom.cli import options
from shipfrom.cli.show import moment, put_json, put_text, say
from shipfrom.cli.table import put_table

Sku = Annotated[str, typer.Argument(metavar="SKU")]
NodeId = Annotated[str, typer.Option("--node", help="The node that keeps them.")]
Tag = Annotated[
    str, typer.Option("--tag", help="All nodes with this tag keep them together.")
]
Everywhere = Annotated[
    bool, typer.Option("--everywhere", help="All nodes keep them together.")
]
Start = Annotated[
    str, typer.Option("--from", help="2h, 3d or 2026-11-27T00:00-05:00; else now.")
]
End = Annotated[str, typer.Option("--until", help="The same; else for good.")]
Channel = Annotated[str, typer.Option("--channel", help="As orders name it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the ledger.")]
OfSku = Annotated[str, typer.Option("--sku", help="Only this SKU.")]
OfNode = Annotated[str, typer.Option("--node", help="Only this node.")]
OfChannel = Annotated[str, typer.Option("--channel", help="Only this channel.")]
Units = Annotated[int, typer.Option("--units", min=1, help="To keep from now on.")]
OnlyThese = Annotated[
    bool,
    typer.Option("--only-these", help="The channel gets no common stock after them."),
]
_QUOTA = ["!sku", "!node", "!channel", "#left", "#held", "#taken", "then"]

app = typer.Typer(no_args_is_help=True, help="Keep units for the orders of a channel.")


@app.command(name="list")
def list_quotas(
    sku: OfSku = "",
    node: OfNode = "",
    channel: OfChannel = "",
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """What is kept for which channel, and what it took of it."""
    with options.connect(address) as client:
        found = client.quotas(sku=sku, node_id=node, channel=channel)
        if not json:
            nothing = "Nothing is kept for a channel. Next: shipfrom quota set --help"
            put_table(_QUOTA, map(_row, found), empty=nothing)
            return
        for quota in found:
            put_json(quota)


@app.command(name="set")
def set_quota(
    sku: Sku,
    channel: Channel,
    units: Units,
    node: NodeId = "",
    tag: Tag = "",
    everywhere: Everywhere = False,
    start: Start = "",
    end: End = "",
    only_these: OnlyThese = False,
    reason: Reason = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Keep units of a SKU at a node, or at many together: other channels leave them."""
    now = datetime.now(UTC)
    wanted = Quota(
        *(sku, node, channel, units),
        falls_through=not only_these,
        node_tag=tag,
        every_node=everywhere,
        start=until_of(start, now) if start else None,
        end=until_of(end, now) if end else None,
    )
    with options.connect(address) as client:
        (quota,) = client.set_quotas([wanted], reason=reason)
    if json:
        put_json(quota)
        return
    said = f"{_where(quota)} keeps {quota.left:,} of {sku} for {channel}"
    put_text(f"{said}, {_then(quota)}{_times(quota)}")
    if not quiet:
        say(f"Next: shipfrom quota list --sku {sku}")


@app.command()
def remove(
    sku: Sku,
    channel: Channel,
    node: NodeId = "",
    tag: Tag = "",
    everywhere: Everywhere = False,
    reason: Reason = "",
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Keep nothing for the channel any more; what it holds and took stays its own."""
    with options.connect(address) as client:
        nothing = Quota(sku, node, channel, node_tag=tag, every_node=everywhere)
        (ended,) = client.set_quotas([nothing], reason=reason)
    if json:
        put_json(ended)
    else:
        put_text(f"{_where(ended)} keeps none of {sku} for {channel}")


def _row(quota: Quota) -> tuple[object, ...]:
    return (
        quota.sku,
        _where(quota),
        quota.channel,
        quota.left,
        quota.held,
        quota.taken,
        ("common stock" if quota.falls_through else "nothing") + _times(quota),
    )


def _where(quota: Quota) -> str:
    if quota.every_node:
        return "every node"
    return f"tag {quota.node_tag}" if quota.node_tag else quota.node_id


def _times(quota: Quota) -> str:
    begins = f" from {moment(quota.start)}" if quota.start else ""
    return begins + (f" until {moment(quota.end)}" if quota.end else "")


def _then(quota: Quota) -> str:
    return "then common stock" if quota.falls_through else "and no more"
