"""Approvals: somebody other than who wrote a policy says yes to it before it decides.

An approval is a line of the audit that names the etag, so it is of this very content: a
draft that is written again needs new ones. Who wrote any content of the version does
not count. They are looked at in the transaction that moves the pointer, and no reason
passes them by: going back to an older version needs none.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from inventory.errors import FieldViolation, InvalidField, NeedsApproval
from inventory.policy_rows import Happening, PolicyVersion
from inventory.policy_tables import policy_event
from inventory.policy_writes import Event, check_draft, check_etag, find, note


@dataclass(frozen=True, slots=True)
class Approving:
    """How many approvals a policy needs, and whose count: '' none named, anybody's."""

    needed: int = 0
    approvers: tuple[str, ...] = ()

    def may(self, authors: Sequence[str]) -> str:
        """Who may approve what these have written, in words."""
        wrote = ", ".join(sorted(set(authors)))
        able = [name for name in self.approvers if name not in authors]
        return ", ".join(able) if self.approvers else f"anybody but {wrote}"


NO_APPROVALS = Approving()
NOBODY = "another approver (policy_approvers)"


def approved_by(
    connection: Connection, found: PolicyVersion, rule: Approving
) -> list[str]:
    """Who approved the version as it is now and counts, each once."""
    authors = _authors(connection, found.version)
    said = [
        who
        for who, detail in _told(connection, found.version, Happening.APPROVED)
        if json.loads(detail)["etag"] == found.etag
        and who not in authors
        and (not rule.approvers or who in rule.approvers)
    ]
    return list(dict.fromkeys(said))


def check_approved(
    connection: Connection, found: PolicyVersion, rule: Approving
) -> None:
    """Raises NeedsApproval, which names who may."""
    if not rule.needed:
        return
    given = approved_by(connection, found, rule)
    if len(given) < rule.needed:
        may = rule.may(_authors(connection, found.version))
        raise NeedsApproval(
            f"Policy version {found.version} has {len(given)} of {rule.needed}"
            " approvals as it is now",
            next_step=f"have it approved (ApprovePolicy) by {may or NOBODY}",
            metadata={
                "version": str(found.version),
                "approvals": str(len(given)),
                "needed": str(rule.needed),
                "approvedBy": ", ".join(given),
                "mayApprove": may,
            },
        )


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody says yes to a version as they read it."""

    version: int
    etag: str
    who: str
    why: str = ""


def approve(
    connection: Connection, approval: Approval, rule: Approving, now_us: int
) -> PolicyVersion:
    """Note it in the audit.

    Raises:
        EtagMismatch: somebody changed the draft since.
        WrongState: it was published already.
        InvalidField: they wrote it, or are none of the approvers.
    """
    found = find(connection, approval.version)
    check_etag(found, approval.etag)
    check_draft(found)
    authors = _authors(connection, approval.version)
    wrote = approval.who in authors
    if wrote or (rule.approvers and approval.who not in rule.approvers):
        why = "wrote this version" if wrote else "is none of the approvers"
        may = f"ask {rule.may(authors) or NOBODY}"
        raise InvalidField([FieldViolation("author", f"{approval.who} {why}", may)])
    detail = {"etag": approval.etag}
    happened = Event(
        approval.who, Happening.APPROVED, approval.version, approval.why, detail
    )
    note(connection, now_us, happened)
    return found


def _authors(connection: Connection, version: int) -> list[str]:
    """Everybody who wrote some content of the version."""
    written = (Happening.CREATED, Happening.UPDATED)
    return list(dict.fromkeys(who for who, _ in _told(connection, version, *written)))


def _told(
    connection: Connection, version: int, *happenings: Happening
) -> list[tuple[str, str]]:
    """Who, and the detail, oldest first."""
    wanted = select(policy_event.c.who, policy_event.c.detail).where(
        policy_event.c.version == version, policy_event.c.what.in_(happenings)
    )
    rows = connection.execute(wanted.order_by(policy_event.c.serial))
    return [(str(who), str(detail)) for who, detail in rows]
