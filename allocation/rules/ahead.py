"""Settings of looking ahead that nobody reads, or that say "off" by another word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation.rules.findings import Finding, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allocation.rules.document import PolicyDocument

PATH = "look_ahead"


def ahead(document: PolicyDocument) -> Iterator[Finding]:
    """What changes nothing."""
    own = document.look_ahead
    if not own.on:
        for name, given in (
            ("cap", own.cap_minor is not None),
            ("without_tags", bool(own.without_tags)),
        ):
            if given:
                text = f"{name} is never read: look_ahead is not enabled"
                yield warning(f"{PATH}.{name}", text, "leave it out")
    elif own.cap_minor == 0:
        text = "a cap of 0 lets no price count"
        yield warning(f"{PATH}.cap", text, "write enabled: false, or raise the cap")
