"""What stock is worth to the orders expected, and making that anew."""

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from shipfrom._forecast_values import Forecast, ForecastSource
from shipfrom._price_values import CellPrice, PriceList
from shipfrom.cli import options
from shipfrom.cli.forecasts import forecast
from shipfrom.cli.show import moment, put_json, put_text, say
from shipfrom.cli.table import put_table

if TYPE_CHECKING:
    # typer carries click inside itself and does not name its context publicly.
    from typer._click import Context

ALL_BPS = 10_000
_CELL = ["!sku", "!node", "#price", "#counts now"]
_NOTHING = "There are no prices yet. Next: shipfrom prices solve"


class PriceGroup(TyperGroup):
    """`shipfrom prices` means `shipfrom prices show`."""

    def parse_args(self, ctx: "Context", args: list[str]) -> list[str]:
        """Put the verb in where there is none."""
        if not args or args[0] not in (*self.commands, "-h", "--help"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=PriceGroup,
    help="What units are worth to orders expected: prices that steer, never paid.",
)


@app.command()
def show(
    wide: options.Wide = False,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """The price list in force: from what it was made, and what of it counts now."""
    with options.connect(address) as client:
        listed = client.prices.current()
    if json:
        put_json(listed)
    elif listed is None:
        say(_NOTHING)
    else:
        _put_list(listed, wide=wide)


@app.command(name="list")
def list_prices(
    sku: Annotated[str, typer.Option("--sku", help="Only this SKU.")] = "",
    node: Annotated[str, typer.Option("--node", help="Only this node.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    wide: options.Wide = False,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Cells whose units are worth something, by SKU and node."""
    with options.connect(address) as client:
        cells = islice(client.prices.list(sku=sku, node_id=node), limit)
        if not json:
            nothing = "No unit is worth anything to orders expected."
            put_table(_CELL, map(_row, cells), wide=wide, empty=nothing)
            return
        for cell in cells:
            put_json(cell)


app.command()(forecast)


@app.command()
def solve(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be made, change nothing.")
    ] = False,
    wide: options.Wide = False,
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Make prices now, which may take minutes, and put them in force."""

    def waiting(seconds: int) -> None:
        if not (json or quiet):
            say(f"{seconds} s ...")

    with options.connect(address) as client:
        listed = client.prices.solve(validate_only=dry_run, progress=waiting)
    if json:
        put_json(listed)
        return
    _put_list(listed, wide=wide)
    if dry_run:
        say("Nothing was changed.")


def _put_list(listed: PriceList, *, wide: bool) -> None:
    name = listed.version or "Not in force"
    futures = f"{listed.futures} futures" if listed.futures else "what is expected"
    made = f"made {moment(listed.made_at)} from {listed.orders:,} recent orders"
    put_text(f"{name}: {made} and {futures}, {_span(listed.horizon)} ahead.")
    if listed.version:
        put_text(
            f"Counts {listed.share_bps / 100:g} % now: in full until"
            f" {moment(listed.fresh_until)}, nothing from {moment(listed.faded_at)}."
        )
    if listed.verdict:
        put_text(f"{listed.verdict[:1].upper()}{listed.verdict[1:].rstrip('.')}.")
    if listed.forecast is not None:
        _put_forecast(listed.forecast, listed.horizon)
    expected = f"the orders expected cost {listed.bound} at least"
    cells = "1 cell has" if listed.cells == 1 else f"{listed.cells:,} cells have"
    put_text(f"{cells} a price; {expected}.")
    if listed.dearest:
        put_table(_CELL, map(_row, listed.dearest), wide=wide)


def _put_forecast(forecast: Forecast, horizon: timedelta) -> None:
    """How many orders the prices are for, and how good such forecasts were."""
    whose = "by the last four weeks"
    if forecast.source is ForecastSource.IMPORTED:
        whose = f"by the imported forecast times {forecast.correction:.2f}"
    put_text(f"{forecast.orders:,.0f} orders are expected, {whose}.")
    for tried in forecast.backtests:
        put_text(
            f"{tried.source.capitalize()}: wrong by {tried.error_bps / 100:.1f} % in"
            f" {tried.windows} past horizons, the mean of four weeks by"
            f" {tried.mean_error_bps / 100:.1f} %; good for"
            f" {tried.kept_bps / 100:g} % of prices."
        )
    if forecast.kept_bps < ALL_BPS:
        share = f"{forecast.kept_bps / 100:g} %"
        put_text(f"So the prices are {share} of what a good forecast would make them.")
    if forecast.source not in [tried.source for tried in forecast.backtests]:
        put_text("How good that is cannot be told yet: too little came before.")
    hours = horizon // timedelta(hours=1)
    if 0 < forecast.imported_hours < hours:
        has = f"has {forecast.imported_hours} of {hours} hours"
        put_text(f"The imported forecast {has} and is not used.")


def _span(span: timedelta) -> str:
    """For example 3 days or 12 hours."""
    hours = round(span / timedelta(hours=1))
    count, unit = (hours // 24, "day") if hours % 24 == 0 else (hours, "hour")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _row(cell: CellPrice) -> tuple[object, ...]:
    return cell.sku, cell.node_id, cell.price, cell.counted
