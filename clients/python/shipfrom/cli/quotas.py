"""Units kept for a channel: set, listed, taken away."""

from typing import Annotated

import typer

from shipfrom._quotas import Quota
from shipfrom.cli import options
from shipfrom.cli.show import put_json, put_text, say
from shipfrom.cli.table import put_table

Sku = Annotated[str, typer.Argument(metavar="SKU")]
NodeId = Annotated[str, typer.Option("--node", help="The node that keeps them.")]
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
    node: NodeId,
    channel: Channel,
    units: Units,
    only_these: OnlyThese = False,
    reason: Reason = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Keep units of a SKU at a node: orders of other channels leave them."""
    wanted = Quota(sku, node, channel, units, falls_through=not only_these)
    with options.connect(address) as client:
        (quota,) = client.set_quotas([wanted], reason=reason)
    if json:
        put_json(quota)
        return
    put_text(f"{node} keeps {quota.left:,} of {sku} for {channel}, {_then(quota)}")
    if not quiet:
        say(f"Next: shipfrom quota list --sku {sku}")


@app.command()
def remove(
    sku: Sku,
    node: NodeId,
    channel: Channel,
    reason: Reason = "",
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Keep nothing for the channel any more; what it holds and took stays its own."""
    with options.connect(address) as client:
        nothing = Quota(sku, node, channel)
        (ended,) = client.set_quotas([nothing], reason=reason)
    if json:
        put_json(ended)
    else:
        put_text(f"{node} keeps none of {sku} for {channel}")


def _row(quota: Quota) -> tuple[object, ...]:
    return (
        quota.sku,
        quota.node_id,
        quota.channel,
        quota.left,
        quota.held,
        quota.taken,
        "common stock" if quota.falls_through else "nothing",
    )


def _then(quota: Quota) -> str:
    return "then common stock" if quota.falls_through else "and no more"
