"""Refusals of policies: read it again, simulate it, mend it, or say why not."""

from shipfrom._errors import Refusal


class PolicyNotFound(Refusal):
    """No policy has this version, or there is no draft."""

    reason = "POLICY_NOT_FOUND"


class GoldenOrderNotFound(Refusal):
    """No golden order has this id."""

    reason = "GOLDEN_ORDER_NOT_FOUND"


class EtagRequired(Refusal):
    """A change must name the etag of what was read."""

    reason = "ETAG_REQUIRED"


class EtagMismatch(Refusal):
    """Somebody else changed it since: `author` and `at` say who and when."""

    reason = "ETAG_MISMATCH"

    @property
    def author(self) -> str:
        """Who wrote the newer content."""
        return self.metadata.get("author", "")

    @property
    def at(self) -> str:
        """When, as an ISO instant."""
        return self.metadata.get("updateTime", "")


class NotSimulated(Refusal):
    """No simulation ran on this very content."""

    reason = "NOT_SIMULATED"


class NeedsApproval(Refusal):
    """Too few others have approved the version as it is now; `may_approve` says who
    may."""

    reason = "NEEDS_APPROVAL"

    @property
    def may_approve(self) -> str:
        """Whose approval would count, in words."""
        return self.metadata.get("mayApprove", "")


class GateFailed(Refusal):
    """A check or a golden order stands against publishing; `failures` names some."""

    reason = "GATE_FAILED"

    @property
    def failures(self) -> tuple[str, ...]:
        """The first reasons, in words."""
        names = (f"failure{index}" for index in range(len(self.metadata)))
        return tuple(self.metadata[name] for name in names if name in self.metadata)
