"""Who is told of events, and what came of the telling."""

from itertools import islice
from typing import Annotated

import typer

from shipfrom._event_values import Delivery, Webhook
from shipfrom.cli import options
from shipfrom.cli.problems import CliError
from shipfrom.cli.show import put_json, put_text, say
from shipfrom.cli.table import put_table

app = typer.Typer(no_args_is_help=True, help="Addresses that events are sent to.")

WebhookId = Annotated[str, typer.Argument(metavar="WEBHOOK")]
_WEBHOOK = ["!webhook", "state", "!url", "types", "why it is disabled"]
_DELIVERY = ["#sequence", "!event", "!subject", "state", "#tries", "#status", "answer"]


@app.command()
def add(
    webhook_id: WebhookId,
    url: Annotated[str, typer.Argument(metavar="URL")],
    types: Annotated[
        list[str],
        typer.Option(
            "--type", help="Only this type, or a family as shipfrom.order.*; repeat it."
        ),
    ] = [],  # noqa: B006  # typer reads it and never changes it
    enable: Annotated[
        bool | None,
        typer.Option("--enable/--disable", help="Send again, or send nothing."),
    ] = None,
    rotate_secret: Annotated[
        bool, typer.Option("--rotate-secret", help="Make a new secret.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check, write nothing.")
    ] = False,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Send events to a URL from now on, or change what is sent to it."""
    with options.connect(address) as client:
        made = client.webhooks.upsert(
            webhook_id,
            url,
            types=types,
            enabled=enable,
            rotate_secret=rotate_secret,
            validate_only=dry_run,
        )
    if json:
        put_json(made)
        return
    if dry_run:
        say("nothing was written")
    put_text(f"{made.webhook_id}  {made.state.lower()}  {made.url}")
    if made.secret:
        put_text(f"secret  {made.secret}")
        say("The secret is shown once: give it to the receiver, which verifies with it")


@app.command(name="list")
def list_webhooks(address: options.Address = "", json: options.AsJson = False) -> None:
    """All webhooks."""
    with options.connect(address) as client:
        found = client.webhooks.list()
        if not json:
            nothing = "Nobody is told. Next: shipfrom webhook add WEBHOOK URL"
            put_table(_WEBHOOK, map(_webhook_row, found), empty=nothing)
            return
        for webhook in found:
            put_json(webhook)


@app.command()
def remove(webhook_id: WebhookId, address: options.Address = "") -> None:
    """Forget one with its deliveries."""
    with options.connect(address) as client:
        client.webhooks.remove(webhook_id)
    say(f"{webhook_id} is told nothing more")


@app.command()
def deliveries(
    webhook_id: WebhookId,
    state: Annotated[
        str, typer.Option("--state", help="Only pending, or delivered.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """What was sent and what is still to be, newest event first."""
    with options.connect(address) as client:
        found = islice(client.webhooks.deliveries(webhook_id, state=state), limit)
        if not json:
            nothing = "Nothing happened since that it wants to know."
            put_table(_DELIVERY, map(_delivery_row, found), empty=nothing)
            return
        for delivery in found:
            put_json(delivery)


@app.command()
def resend(
    webhook_id: WebhookId,
    event_id: Annotated[str, typer.Argument(metavar="EVENT")] = "",
    after: Annotated[
        int, typer.Option("--after", min=0, help="Those behind this sequence number.")
    ] = 0,
    until: Annotated[
        int, typer.Option("--until", min=0, help="Up to this sequence number.")
    ] = 0,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Send one event, or those of a range, once more."""
    if bool(event_id) == bool(until):
        raise CliError(
            "name one event, or a range by --after and --until",
            next_step=f"shipfrom webhook deliveries {webhook_id}",
        )
    with options.connect(address) as client:
        number = client.webhooks.resend(webhook_id, event_id, after=after, until=until)
    if json:
        put_json({"events": number})
    else:
        say(f"{number} are sent once more")


def _webhook_row(one: Webhook) -> tuple[object, ...]:
    types = ", ".join(one.types) or "all"
    return one.webhook_id, one.state.lower(), one.url, types, one.disabled_reason


def _delivery_row(one: Delivery) -> tuple[object, ...]:
    answer = one.answer.partition("\n")[0][:60]
    state = one.state.lower()
    return one.sequence, one.event_id, one.subject, state, one.tries, one.status, answer
