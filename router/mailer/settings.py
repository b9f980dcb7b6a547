"""What the mailer needs: a mail server, a sender, and who knows the customers."""

import re
from urllib.parse import urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings

REF = "{customer_ref}"


class MailSettings(BaseSettings):
    """Three settings that come together; without them no mail is sent."""

    smtp_url: str = Field(
        default="",
        description='Mail server, smtp:// (STARTTLS) or smtps://; "" sends no mails.',
    )
    mail_from: str = Field(default="", description="Sender of mails to customers.")
    mail_customer_url: str = Field(
        default="",
        description="The shop's answer to who a {customer_ref} is; Basic auth inside.",
    )

    @property
    def sends_mails(self) -> bool:
        """Whether there is a mailer."""
        return bool(self.smtp_url)

    @model_validator(mode="after")
    def _mail_is_complete(self) -> "MailSettings":
        given = [self.smtp_url, self.mail_from, self.mail_customer_url]
        if any(given) and not all(given):
            raise ValueError("smtp_url, mail_from and mail_customer_url come together")
        if not self.smtp_url:
            return self
        server = urlsplit(self.smtp_url)
        if server.scheme not in ("smtp", "smtps") or not server.hostname:
            raise ValueError("smtp_url is not smtp://host:port or smtps://host:port")
        customers = urlsplit(self.mail_customer_url)
        if customers.scheme not in ("http", "https") or not customers.hostname:
            raise ValueError("mail_customer_url is no URL")
        if REF not in self.mail_customer_url:
            raise ValueError(f"mail_customer_url does not say where {REF} goes")
        if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", self.mail_from):
            raise ValueError("mail_from is no address such as orders@shop.example")
        return self
