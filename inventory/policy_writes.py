"""The writes of policy versions, each inside one transaction that holds the pointer.

Every statement that changes a version's content names its etag and the state DRAFT, so
that no code path can change what was published. The pointer is one row: whoever holds
it moves it, and all others wait for their turn.
"""

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Update, func, insert, select, update

from inventory.errors import (
    EtagMismatch,
    PolicyNotFound,
    WrongState,
)
from inventory.policy_rows import (
    BUILT_IN,
    Happening,
    Pointer,
    PolicyState,
    PolicyVersion,
    pointer_of,
    version_of,
)
from inventory.policy_tables import policy, policy_event, policy_pointer


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wrote."""

    name: str
    content: bytes
    author: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Who did what, and why."""

    who: str
    what: Happening
    version: int
    why: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


def lock(connection: Connection) -> Pointer:
    """Take the turn; the pointer as it is, with the revision it has afterwards."""
    connection.execute(
        update(policy_pointer).values(revision=policy_pointer.c.revision + 1)
    )
    return pointer_of(connection.execute(select(policy_pointer)).one())


def find(connection: Connection, version: int) -> PolicyVersion:
    """One version. Raises PolicyNotFound."""
    wanted = select(policy).where(policy.c.version == version)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise PolicyNotFound(
            f"There is no policy version {version}",
            next_step="list the versions with ListPolicies",
            metadata={"version": str(version)},
        )
    return version_of(row)


def note(connection: Connection, now_us: int, event: Event) -> None:
    """One line of the audit."""
    said = json.dumps(event.detail, sort_keys=True) if event.detail else ""
    connection.execute(
        insert(policy_event).values(
            at_us=now_us,
            who=event.who,
            what=event.what,
            version=event.version,
            why=event.why,
            detail=said,
        )
    )


def create(connection: Connection, draft: Draft, now_us: int) -> PolicyVersion:
    """A new draft under the next version."""
    highest = connection.execute(select(func.max(policy.c.version))).scalar_one()
    version = (highest or BUILT_IN) + 1
    connection.execute(
        insert(policy).values(
            version=version,
            name=draft.name,
            state=PolicyState.DRAFT,
            etag=etag_of(version, draft.content),
            content=draft.content,
            author=draft.author,
            note=draft.note,
            created_at_us=now_us,
            updated_at_us=now_us,
            simulated_etag="",
            report="",
        )
    )
    note(connection, now_us, Event(draft.author, Happening.CREATED, version))
    return find(connection, version)


def rewrite(
    connection: Connection, version: int, etag: str, draft: Draft, *, now_us: int
) -> PolicyVersion:
    """Replace a draft's content. Raises EtagMismatch, WrongState."""
    before = find(connection, version)
    check_etag(before, etag)
    check_draft(before)
    statement = _draft_only(version, etag).values(
        name=draft.name,
        etag=etag_of(version, draft.content),
        content=draft.content,
        author=draft.author,
        note=draft.note,
        updated_at_us=now_us,
    )
    _must_hit(connection, statement, before)
    note(connection, now_us, Event(draft.author, Happening.UPDATED, version))
    return find(connection, version)


def keep_report(
    connection: Connection, version: int, etag: str, *, report: str, who: str, at: int
) -> None:
    """Note that this very content was simulated."""
    check_etag(find(connection, version), etag)
    same = update(policy).where(policy.c.version == version, policy.c.etag == etag)
    connection.execute(same.values(simulated_etag=etag, report=report))
    note(connection, at, Event(who, Happening.SIMULATED, version))


def etag_of(version: int, content: bytes) -> str:
    """Quoted and strong: it names the version and its very content."""
    return f'"v{version}-{hashlib.sha256(content).hexdigest()[:16]}"'


def check_etag(found: PolicyVersion, etag: str) -> None:
    """Raises EtagMismatch, which says who wrote it since and when."""
    if found.etag != etag:
        at = found.updated_at.isoformat(timespec="seconds")
        raise EtagMismatch(
            f"Policy version {found.version} was changed by {found.author} at {at}",
            next_step="read it again and decide with what it says now",
            metadata={
                "version": str(found.version),
                "etag": found.etag,
                "author": found.author,
                "updateTime": at,
            },
        )


def check_draft(found: PolicyVersion) -> None:
    """Raises WrongState for a version that nobody can change any more."""
    if found.state is not PolicyState.DRAFT:
        raise WrongState(
            f"Policy version {found.version} is {found.state} and never changes",
            next_step="create a new version from it",
            metadata={"version": str(found.version), "state": found.state},
        )


def _draft_only(version: int, etag: str) -> Update:
    return update(policy).where(
        policy.c.version == version,
        policy.c.etag == etag,
        policy.c.state == PolicyState.DRAFT,
    )


def _must_hit(connection: Connection, statement: Update, before: PolicyVersion) -> None:
    """The guard of the statement is the last defence of what was published."""
    if connection.execute(statement).rowcount != 1:
        check_draft(replace(before, state=PolicyState.PUBLISHED))
