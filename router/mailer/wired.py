"""The mailer of one router, where mails are sent at all."""

from collections.abc import Callable
from datetime import datetime

from inventory.stock import Stock
from router.mailer.customers import Customers
from router.mailer.mailing import Mailer
from router.mailer.posting import MailServer
from router.mailer.settings import MailSettings


def mailer_of(
    stock: Stock, mail: MailSettings | None, now: Callable[[], datetime]
) -> Mailer | None:
    """Its parts, wired; None where the settings name no mail server."""
    if mail is None or not mail.sends_mails:
        return None
    return Mailer(
        stock.events.log,
        stock.events.mails,
        customers=Customers(mail.mail_customer_url),
        server=MailServer(mail.smtp_url),
        sender=mail.mail_from,
        now=now,
    )
