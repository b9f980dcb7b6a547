"""Signs what webhooks are sent, as Standard Webhooks 1.0 says: receivers verify it.

The signature covers the id, the time and the exact bytes of the body. While a secret is
being changed, both sign.
"""

import hmac
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from hashlib import sha256

PREFIX = "whsec_"
BYTES_MIN, BYTES_MAX = 24, 64
"""Of a secret."""


def key_of(secret: str) -> bytes:
    """The key in a secret. Raises ValueError if it is none."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except NotBase64 as error:
        raise ValueError("is not whsec_ and base64") from error
    if not secret.startswith(PREFIX):
        raise ValueError("does not begin with whsec_")
    if not BYTES_MIN <= len(key) <= BYTES_MAX:
        raise ValueError(f"is not of {BYTES_MIN} to {BYTES_MAX} bytes")
    return key


def headers(
    secrets: Sequence[str], message_id: str, body: bytes, *, at_s: int
) -> dict[str, str]:
    """The three headers that a receiver verifies."""
    content = b"%s.%d." % (message_id.encode(), at_s) + body
    signed = (hmac.digest(key_of(secret), content, sha256) for secret in secrets)
    said = " ".join(f"v1,{b64encode(each).decode()}" for each in signed)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": said,
    }
