"""Page tokens: where the last page ended, and a hash of what was asked (AIP-158).

A token is opaque to callers and useless with other arguments than those that made it.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import blake2b

from inventory.errors import PageTokenMismatch

TOKEN_MAX = 1_024

Key = list[str | int]


def digest(*content: object) -> str:
    """A short hash of plain values, the same in every process and version."""
    return blake2b(repr(content).encode(), digest_size=16).hexdigest()


def write_token(key: Key, asked: str) -> str:
    """The token of the page that starts behind `key`; `asked` is a `digest`."""
    raw = json.dumps([asked[:8], *key], separators=(",", ":")).encode()
    return urlsafe_b64encode(raw).decode().rstrip("=")


def read_token(token: str, asked: str, *, kinds: tuple[type, ...]) -> Key | None:
    """The key in a token, or None when there is no token.

    Raises:
        PageTokenMismatch: not one of ours, or made with other arguments.
    """
    if not token:
        return None
    try:
        padded = token[:TOKEN_MAX] + "=" * (-len(token) % 4)
        asked_then, *key = json.loads(urlsafe_b64decode(padded.encode("ascii")))
    except (NotBase64, ValueError, TypeError):
        raise _mismatch("is not a page token of this server") from None
    if asked_then != asked[:8] or tuple(map(type, key)) != kinds:
        raise _mismatch("was made with other arguments")
    return list(key)


def _mismatch(problem: str) -> PageTokenMismatch:
    return PageTokenMismatch(
        f"page_token {problem}",
        next_step="start again without page_token, or repeat the first arguments",
        metadata={"field": "page_token"},
    )
