"""Every template is there in every language, and says what it can."""

from datetime import UTC, datetime

import pytest

from inventory.events.log import Event
from inventory.events.types import KINDS, type_of
from router.mailer.rendering import TEMPLATES, languages, mailed_types, render
from router.mailer.settings import MailSettings

FACTS = {
    "orderId": "o-1",
    "carrier": "UPS",
    "tracking": "1Z",
    "promiseDate": "2026-12-01",
}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", mailed_types())
def test_every_type_can_be_said_in_every_language(kind: str, language: str) -> None:
    facts = FACTS | {"pickup": "Main Street 1", "code": "4711"}
    one = Event(1, "e_1", kind, "o-1", "", datetime.now(UTC), facts)

    mail = render(one, language)

    assert mail is not None
    assert "o-1" in mail.subject
    assert "o-1" in mail.text
    assert f'<html lang="{language}">' in mail.html
    assert "$" not in mail.subject + mail.text + mail.html


def test_every_mailed_type_happens_and_every_language_has_the_same_ones() -> None:
    assert set(mailed_types()) <= {type_of(kind) for kind in KINDS}
    names = [
        {path.name for path in (TEMPLATES / each).iterdir()} for each in languages()
    ]
    assert all(each == names[0] for each in names)
    assert languages() == ("de", "en")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"smtp_url": "smtp://mail:25"}, "come together"),
        ({"smtp_url": "http://mail"}, "smtp_url is not"),
        ({"mail_customer_url": "https://shop/customers"}, "customer_ref"),
        ({"mail_from": "nobody"}, "mail_from is no address"),
    ],
)
def test_settings_that_do_not_fit_stop_the_start(
    given: dict[str, str], problem: str
) -> None:
    good = {
        "smtp_url": "smtp://mail:25",
        "mail_from": "orders@shop.example",
        "mail_customer_url": "https://shop/customers/{customer_ref}",
    }
    assert MailSettings(**good).sends_mails  # type: ignore[arg-type] # plain texts
    wrong = given if problem == "come together" else good | given
    with pytest.raises(ValueError, match=problem):
        MailSettings(**wrong)  # type: ignore[arg-type] # plain texts
