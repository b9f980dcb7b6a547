"""Versions of the routing rules, as `client.policies` of an AsyncClient."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

from shipfrom import _policy_requests as _requests
from shipfrom._policy_requests import Source
from shipfrom._policy_values import (
    Approvals,
    Canary,
    Expected,
    Finding,
    GoldenOrder,
    PolicyChange,
    PolicyEvent,
    PolicyText,
    PolicyVersion,
    RuleField,
    SimulationReport,
)
from shipfrom._shell import AsyncShell

WEEK = timedelta(days=7)


class AsyncPolicies:
    """Writes, checks, simulates, publishes and takes back policies.

    A source is a version's number, "published", "draft", or a policy as YAML.
    """

    def __init__(self, shell: AsyncShell) -> None:
        self._shell = shell

    async def pull(self, source: Source = "published") -> PolicyText:
        """A version with its YAML."""
        return await self._shell.send(_requests.pull(source))

    async def push(
        self,
        yaml: str,
        *,
        version: int = 0,
        etag: str = "",
        author: str = "",
        note: str = "",
        validate_only: bool = False,
    ) -> PolicyVersion:
        """A new draft, or that draft again if a version and its etag are named.

        Raises InvalidField with every mistake of the text, EtagMismatch, WrongState.
        """
        words = author, note
        call = (
            _requests.update(
                yaml, version, etag, words=words, validate_only=validate_only
            )
            if version
            else _requests.create(
                yaml, author=author, note=note, validate_only=validate_only
            )
        )
        return await self._shell.send(call)

    async def check(self, source: Source) -> tuple[Finding, ...]:
        """What is wrong with a policy; nothing if it is good."""
        return await self._shell.send(_requests.check(source))

    async def diff(
        self, after: Source, before: Source = "published"
    ) -> tuple[PolicyChange, ...]:
        """What changes from one policy to another, in words."""
        return await self._shell.send(_requests.diff(after, before))

    async def simulate(
        self,
        source: Source,
        *,
        baseline: Source = "published",
        window: timedelta = WEEK,
        coverage: bool = False,
        orders: str = "",
        prices: bool = False,
        author: str = "",
        progress: Callable[[int, int], None] | None = None,
    ) -> SimulationReport:
        """What the policy would have made of the orders of the window until now.

        `orders`: JSON lines to be decided instead, on the stock of this moment.
        `prices`: the policy decides with look-ahead prices and the baseline without;
        the published policy may be compared with itself.

        The report of a version is kept with it: it may be published then. `progress` is
        told the orders done and in all.
        """
        call = _requests.simulate(
            source,
            baseline,
            window=window,
            coverage=coverage,
            prices=prices,
            words=(author, orders),
        )
        found: SimulationReport | None = None
        async for step in self._shell.listen(call):
            if isinstance(step, SimulationReport):
                found = step
            elif progress is not None:
                progress(*step)
        assert found is not None, "the last step is the report"
        return found

    async def approve(
        self, version: int, etag: str, *, author: str = "", note: str = ""
    ) -> Approvals:
        """Say yes to a draft as it was read. Who wrote any of it cannot.

        Raises EtagMismatch, WrongState, InvalidField.
        """
        call = _requests.approve(version, etag, words=(author, note))
        return await self._shell.send(call)

    async def publish(
        self,
        version: int,
        etag: str,
        *,
        author: str = "",
        note: str = "",
        override_reason: str = "",
        start_at: datetime | None = None,
        canary: Canary | None = None,
        validate_only: bool = False,
    ) -> PolicyVersion:
        """Put a version in force: now, at a time, or for a share of the orders.

        Raises EtagMismatch, NotSimulated, GateFailed, NeedsApproval, WrongState.
        """
        call = _requests.publish(
            version,
            etag,
            words=(author, note),
            override_reason=override_reason,
            start_at=start_at,
            canary=canary,
            validate_only=validate_only,
        )
        return await self._shell.send(call)

    async def rollback(
        self, version: int | None = None, *, reason: str = "", author: str = ""
    ) -> PolicyVersion:
        """Put the version before, or a named one, in force at once; no gates."""
        call = _requests.rollback(version, reason=reason, author=author)
        return await self._shell.send(call)

    def history(self) -> AsyncIterator[PolicyEvent]:
        """The audit, newest first."""
        return self._shell.pages(_requests.events_page)

    def versions(self) -> AsyncIterator[PolicyVersion]:
        """All versions, newest first."""
        return self._shell.pages(_requests.versions_page)

    async def fields(self) -> tuple[RuleField, ...]:
        """The fields that conditions may name."""
        return await self._shell.send(_requests.fields())

    async def golden(self, source: Source = "published") -> tuple[GoldenOrder, ...]:
        """All golden orders, and what a policy makes of them."""
        return await self._shell.send(_requests.golden(source))

    async def add_golden(
        self,
        order_id: str,
        *,
        golden_id: str = "",
        say: str = "",
        expected: Expected | None = None,
        author: str = "",
    ) -> GoldenOrder:
        """Keep an order: every policy must fill it, and as `expected`."""
        call = _requests.add_golden(
            order_id, golden_id=golden_id, say=say, expected=expected, author=author
        )
        return await self._shell.send(call)

    async def remove_golden(self, golden_id: str, *, author: str = "") -> None:
        """Forget a golden order. Raises GoldenOrderNotFound."""
        await self._shell.send(_requests.remove_golden(golden_id, author=author))
