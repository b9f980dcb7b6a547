"""Signatures as the receivers' own library verifies them."""

import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from inventory.events.webhook_rows import new_secret
from router.events.signing import headers, key_of

BODY = '{"data":{"said":"Grüße"}}'.encode()


def test_a_receiver_verifies_what_was_sent() -> None:
    secret = new_secret()

    sent = headers([secret], "e_1", BODY, at_s=int(time.time()))

    assert Webhook(secret).verify(BODY, sent) == {"data": {"said": "Grüße"}}
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY + b" ", sent)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, sent)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, sent | {"webhook-id": "e_2"})


def test_old_and_new_secret_both_verify_during_a_rotation() -> None:
    old, new = new_secret(), new_secret()

    sent = headers([new, old], "e_1", BODY, at_s=int(time.time()))

    assert Webhook(old).verify(BODY, sent) == Webhook(new).verify(BODY, sent)


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("whsec_!!", "base64"),
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "begin with"),
        ("whsec_c2hvcnQ=", "24 to 64"),
    ],
)
def test_what_is_no_secret_is_refused(secret: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        key_of(secret)
