"""YAML texts as policy documents and back: the one place that asks the reader."""

import asyncio
from dataclasses import dataclass

from allocation.rules.document import PolicyDocument
from allocation.rules.writing import write
from allocation.rules.written import Unreadable, read
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

    def write(self, document: PolicyDocument) -> str:
        """The one spelling of a document."""
        coins = self.currency
        return write(document, currency=coins.code, exponent=coins.exponent)
