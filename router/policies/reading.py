"""YAML texts as policy documents and back: the one place that asks the reader."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from allocation.rules.document import PolicyDocument
from allocation.rules.tree import Place
from allocation.rules.writing import write
from allocation.rules.written import Unreadable, places_of, read
from router.money import Currency
from router.policies.finding import Finding, Severity

Read = tuple[PolicyDocument | None, tuple[Finding, ...]]
"""A document and what is to say of it; None if it could not be read."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Reads and writes policies in the currency of this deployment."""

    currency: Currency

    async def read(self, text: str) -> Read:
        """The document of a text, or everything that is wrong with the text."""
        coins = {"currency": self.currency.code, "exponent": self.currency.exponent}
        try:
            return await asyncio.to_thread(lambda: read(text, **coins)), ()  # type: ignore[arg-type]  # each by its name
        except Unreadable as wrong:
            return None, tuple(
                Finding(
                    Severity.ERROR,
                    path=mistake.path,
                    problem=mistake.problem,
                    suggestion=mistake.suggestion,
                    line=mistake.line,
                    column=mistake.column,
                )
                for mistake in wrong.mistakes
            )

    async def placed(
        self, text: str, found: tuple[Finding, ...]
    ) -> tuple[Finding, ...]:
        """Findings of a document with the line and column of the text it came from."""
        if not found:
            return found
        places = await asyncio.to_thread(places_of, text)
        return tuple(_placed(each, places) for each in found)

    def write(self, document: PolicyDocument) -> str:
        """The one spelling of a document."""
        coins = self.currency
        return write(document, currency=coins.code, exponent=coins.exponent)


def _placed(found: Finding, places: Mapping[str, Place]) -> Finding:
    """At what it is about, or at the nearest thing around it."""
    path = found.path
    while path and path not in places:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    place = places.get(path)
    if place is None:
        return found
    return replace(found, line=place.line, column=place.column)
