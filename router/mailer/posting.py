"""Hands a mail to the mail server, and says what became of it."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from router.mailer.rendering import Rendered

TIMEOUT_S = 15.0
PORTS = {"smtp": 587, "smtps": 465}


class ServerDown(Exception):
    """The mail server takes nothing now; it may later."""


class Postponed(Exception):
    """The server takes this mail later, and others now."""


class Refused(Exception):
    """The server will never take this mail."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail with its addresses; the id is the event's, so that a repeat shows."""

    event_id: str
    sender: str
    address: str
    content: Rendered

    def message(self) -> EmailMessage:
        """As it is sent. Raises Refused for an address that is none."""
        message = EmailMessage()
        try:
            message["From"] = self.sender
            message["To"] = self.address
            if not message["To"].addresses[0].domain:
                raise ValueError("no domain")
        except (ValueError, IndexError) as error:
            raise Refused("the shop's address is none") from error
        domain = self.sender.rpartition("@")[2]
        message["Subject"] = self.content.subject
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{self.event_id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self.content.text)
        message.add_alternative(self.content.html, subtype="html")
        return message


@dataclass(frozen=True, slots=True)
class MailServer:
    """Any SMTP server: smtps:// from the start, smtp:// by STARTTLS.

    Only on this machine it may do without.
    """

    url: str

    def post(self, letter: Letter) -> None:
        """Hand it over; blocks.

        Raises:
            ServerDown: try again later.
            Postponed: try this one again later.
            Refused: it is no use.
        """
        message = letter.message()
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = max(code for code, _ in error.recipients.values())
            raise _of_this_mail(code) from error
        except smtplib.SMTPDataError as error:
            raise _of_this_mail(error.smtp_code) from error
        except OSError as error:  # all others of smtplib are of this kind
            raise ServerDown(type(error).__name__) from error

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        context = ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=TIMEOUT_S, context=context
            )
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
            if not _is_here(host):
                server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


def _of_this_mail(code: int) -> Exception:
    """What the server says of a recipient or a content: 5xx is final (RFC 5321)."""
    said = f"the mail server answered {code}"
    return Refused(said) if code >= 500 else Postponed(said)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
