"""Ids of events: time-ordered, and never given twice, not even after a restore.

A ledger that is restored from an older copy counts on from there: a number that a
receiver has seen then names something else, and dropping it would lose an event.
"""

import secrets

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_CHANCE_BITS = 80


def new_event_id(at_us: int) -> str:
    """`e_` and 26 characters: 48 bits of milliseconds, 80 of chance."""
    number = (at_us // 1000) << _CHANCE_BITS | secrets.randbits(_CHANCE_BITS)
    return "e_" + "".join(_DIGITS[(number >> n) & 31] for n in range(125, -1, -5))
