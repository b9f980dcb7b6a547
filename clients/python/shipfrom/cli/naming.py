"""A refusal in the words of the command line: what was typed, not paths of the wire."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import typer

from shipfrom._errors import Error, FieldViolation, InvalidField
from shipfrom.cli.again import again, verb_of
from shipfrom.cli.problems import DID_YOU_MEAN, refused
from shipfrom.cli.show import moment

# Fields of the wire, by the parameter of the command that they are read from.
OPTIONS: Mapping[str, str] = {
    "ship_to.postal_code": "to",
    "ship_to.location": "to",
    "ship_to.location.latitude": "to",
    "ship_to.location.longitude": "to",
    "ship_to": "to",
    "ship_to.node_id": "to",
    "ship_to.region_code": "country",
    "routing.objective": "objective",
    "routing.max_shipments": "max_shipments",
    "routing.allow_partial": "allow_partial",
    "routing.line_split": "line_split",
    "routing.service": "service",
    "routing.promise_by": "promise_by",
    "routing.wanted_by": "wanted_by",
    "routing.only_node_ids": "only_node",
    "routing.exclude_node_ids": "exclude_node",
    "why_not_node_ids": "why_not",
    "ttl": "ttl",
    "order_ref": "order_ref",
    "customer_ref": "customer",
    "payment_state": "payment",
    "payment_id": "payment_id",
    "amount": "amount",
    "reference": "reference",
    "assignee": "assignee",
    "shipment_id": "shipment",
    "shipment_ids": "shipment",
    "only_node_ids": "only_node",
    "exclude_node_ids": "exclude_node",
    "removed_skus": "remove",
    "return_id": "return_id",
    "node_id": "node",
    "decision_number": "decision",
    "state": "state",
    "reason": "reason",
    "until": "until",
    "quotas[0].units": "units",
    "quotas[0].node_id": "node",
    "quotas[0].channel": "channel",
    "start_time": "at",
    "after": "after",
    "subject": "subject",
    "range": "until",
}
# What only programs call, by the command or the option that a person has for it.
COMMANDS: Mapping[str, str] = {
    "an override_reason": "a reason with --override",
    "start_time": "--at",
    "ListNodes": "`shipfrom node list`",
    "GetPolicy": "`shipfrom rules list`",
    "SetQuotas": "`shipfrom quota set`",
    "ListPolicies": "`shipfrom rules list`",
    "ListGoldenOrders": "`shipfrom rules golden list`",
    "CreatePolicy": "`shipfrom rules push`",
    "ListEvents": "`shipfrom events list`",
    "ListWebhooks": "`shipfrom webhook list`",
}
_ELEMENT = re.compile(r"([\w.]+)\[(\d+)\](?:\.(\w+))?")
_PATH = re.compile(r"\b(?:ship_to|routing)\.[a-z_.]*[a-z_]\b")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_POINT = " LAT,LON"


def words(text: str) -> str:
    """A text with the options of the command for the fields of the wire."""
    text = text.replace("by SHIPFROM_ADDRESS", "by --address or SHIPFROM_ADDRESS")
    for called, command in COMMANDS.items():
        text = text.replace(called, command)
    text = _INSTANT.sub(lambda at: moment(datetime.fromisoformat(at.group())), text)
    return _PATH.sub(_option_of, text)


def _option_of(found: re.Match[str]) -> str:
    path = found.group()
    if path not in OPTIONS:
        return path
    return _option(OPTIONS[path]) + (_POINT if path == "ship_to.location" else "")


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def option_of(violation: FieldViolation) -> str:
    """The option that a wrong field comes from; its path where there is none."""
    name = OPTIONS.get(violation.field)
    return _option(name) if name else violation.field


@contextmanager
def as_typed(context: typer.Context) -> Iterator[None]:
    """Name SKUs, places and nodes as they were typed in what the block is refused."""
    try:
        yield
    except Error as error:
        verb = verb_of(context)
        raise refused(
            error,
            words=words,
            named=lambda violation: _typed(violation, context)[0],
            same=again(context, verb),
            verb=f"shipfrom {verb}",
            mended=_mended(error, context, verb),
            order_id=str(context.params.get("order_id") or ""),
        ) from None


def _typed(violation: FieldViolation, context: typer.Context) -> tuple[str, str]:
    """How a person names what is wrong, and the word that was typed for it."""
    element = _ELEMENT.fullmatch(violation.field)
    if element is None:
        name = OPTIONS.get(violation.field, "")
        typed = context.params.get(name) or ""
        word = " ".join(typed) if isinstance(typed, list | tuple) else str(typed)
        return f"{option_of(violation)} {word}".rstrip(), word
    path, index, part = element[1], int(element[2]), element[3]
    wanted: list[str] = context.params.get("wanted") or []
    if path == "lines":
        if "unknown SKU" in violation.problem:
            # The server looks names up after it has merged the lines of one SKU.
            wanted = list(
                {word.rpartition("=")[0] or word: word for word in wanted}.values()
            )
        word = wanted[index] if index < len(wanted) else violation.field
        return (word if part == "quantity" else word.rpartition("=")[0] or word), word
    name = OPTIONS.get(path, "")
    nodes = context.params.get(name) or []
    word = nodes[index] if index < len(nodes) else violation.field
    return f"{_option(name)} {word}", word


def _mended(error: Error, context: typer.Context, verb: str) -> str:
    """The command with every suggested name in its place; empty without any."""
    if not isinstance(error, InvalidField):
        return ""
    instead: dict[str, str] = {}
    for violation in error.violations:
        meant = DID_YOU_MEAN.match(violation.suggestion)
        _, word = _typed(violation, context)
        if meant and word:
            sku, equals, units = word.rpartition("=")
            is_line = violation.field.startswith("lines[")
            instead[word] = meant[1] + (equals + units if is_line and sku else "")
    if not instead:
        return ""
    # It was refused, so that it is another request.
    return again(context, verb, instead=instead, without=("request_id",))
