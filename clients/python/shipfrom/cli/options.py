"""The options that commands share, and the values that they are read into."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

import typer

from shipfrom._client import Client
from shipfrom._enums import LineSplit, Objective
from shipfrom._shell import Shell
from shipfrom._wishes import Destination, Line, OrderFacts

# A person waits longer than a checkout.
CLI_DEADLINE_S = 10.0

Address = Annotated[
    str,
    typer.Option(
        "--address", help="Server; default SHIPFROM_ADDRESS, else localhost:7350."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Wide = Annotated[
    bool, typer.Option("--wide", help="Every column and row, however wide.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No words on stderr.")]
Wanted = Annotated[
    list[str], typer.Argument(metavar="SKU=N...", help="Units wanted, SKU-1=2 SKU-9=1.")
]
TO = "ZIP code, LAT,LON in degrees, or @NODE where the customer collects it."
To = Annotated[str, typer.Option("--to", help=TO)]
Country = Annotated[str, typer.Option("--country", help="ISO country of the postcode.")]
Residential = Annotated[
    bool, typer.Option("--residential", help="A home: carriers may charge more.")
]
Aim = Annotated[
    str,
    typer.Option(
        "--objective",
        help="One of " + ", ".join(o.lower() for o in list(Objective)[1:]) + ".",
    ),
]
MaxShipments = Annotated[
    int,
    typer.Option(
        "--max-shipments",
        min=0,
        max=10,
        metavar="N",
        help="At most so many shipments, 1 to 10; 0 leaves it to the policy.",
        show_default=False,
    ),
]
Partial = Annotated[bool, typer.Option("--allow-partial", help="Send what there is.")]
Split = Annotated[
    str,
    typer.Option(
        "--line-split",
        help="One of " + ", ".join(s.lower() for s in list(LineSplit)[1:]) + ".",
    ),
]
Service = Annotated[str, typer.Option("--service", help="Carrier service, as GROUND.")]
PromiseBy = Annotated[
    str, typer.Option("--promise-by", help="Latest arrival: 2026-11-20 or 7d.")
]
WantedBy = Annotated[
    str,
    typer.Option("--wanted-by", help="Arrival wished for; later days cost money."),
]
OnlyNodes = Annotated[
    list[str],
    typer.Option(
        "--only-node",
        metavar="NODE",
        help="Ship from this node and no other; repeat it for several.",
    ),
]
WithoutNodes = Annotated[
    list[str],
    typer.Option(
        "--exclude-node",
        metavar="NODE",
        help="Ship nothing from this node; repeat it for several.",
    ),
]
Channel = Annotated[
    str, typer.Option("--channel", help="Where it was placed, for rules: web, app.")
]
Tags = Annotated[
    list[str],
    typer.Option(
        "--tag",
        metavar="TAG",
        help="What the shop says of the order, for rules; repeat it for several.",
    ),
]
WhyNot = Annotated[
    list[str],
    typer.Option(
        "--why-not",
        metavar="NODE",
        help="Say what would have put this node into the plan; repeat it for several.",
    ),
]


def connect(address: str) -> Client:
    """A client for one command."""
    return Client(address or None, deadline_s=CLI_DEADLINE_S)


def open_shell(address: str) -> Shell:
    """A connection for one import, whose rows may be of any kind."""
    return Shell(address or None, deadline_s=CLI_DEADLINE_S, credentials=None)


def lines_of(wanted: Sequence[str]) -> tuple[Line, ...]:
    """Read SKU-1=2; a SKU alone means one unit."""
    return tuple(_line_of(text) for text in wanted)


def _line_of(text: str) -> Line:
    sku, equals, quantity = text.rpartition("=")
    if not equals:
        return Line(text, 1)
    if not sku:
        raise typer.BadParameter(f"{text!r} names no SKU; write SKU-1=2")
    if not (quantity.isascii() and quantity.isdigit() and int(quantity)):
        raise typer.BadParameter(
            f"{quantity!r} of {sku} is no quantity: whole units, 1 or more; "
            f"write {sku}=2"
        )
    return Line(sku, int(quantity))


def destination_of(to: str, country: str, residential: bool) -> Destination:
    """Read 10001, 40.75,-73.99 or @nyc-01."""
    if to.startswith("@"):
        return Destination(node_id=to[1:])
    latitude, comma, longitude = to.partition(",")
    if not comma:
        return Destination(to, country, residential=residential)
    try:
        point = float(latitude), float(longitude)
    except ValueError:
        raise typer.BadParameter(f"{to!r} is neither a ZIP code nor LAT,LON") from None
    return Destination("", country, *point, residential=residential)


def facts_of(channel: str, tags: Sequence[str]) -> OrderFacts | None:
    """What the shop says of the order; nothing if it says nothing."""
    said = OrderFacts(channel=channel, tags=tuple(tags))
    return said if said != OrderFacts() else None


def day_of(text: str, today: date) -> date | None:
    """Read 2026-11-20, 7d, today, tomorrow or yesterday."""
    named = {"yesterday": -1, "today": 0, "tomorrow": 1}
    if not text:
        return None
    if text in named:
        return today + timedelta(days=named[text])
    if text.endswith("d") and text[:-1].isdigit():
        return today + timedelta(days=int(text[:-1]))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; write 2026-11-20") from None
