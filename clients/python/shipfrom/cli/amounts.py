"""Amounts as they are typed."""

from typing import Annotated

import typer

from shipfrom._money import Money

Currency = Annotated[str, typer.Option("--currency", help="Of the amounts.")]


def amount_of(text: str, currency: str) -> Money | None:
    """For example 11.84; None where nothing was typed."""
    try:
        return Money.parse(text, currency) if text else None
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from None
