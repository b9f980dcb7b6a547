"""Which policy a caller means: a text, a message, a version or an alias."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from allocation.policy import Policy
from allocation.rules.book import policy_in_force
from allocation.rules.document import Limits, PolicyDocument
from allocation.rules.stored import from_json
from inventory.errors import FieldViolation, InvalidField
from inventory.policies import Policies
from inventory.policy_rows import BUILT_IN, PolicyVersion
from router.networks import Networks
from router.policies.checking import findings
from router.policies.finding import Finding
from router.policies.in_force import PoliciesInForce
from router.policies.messages import read_policy
from router.policies.reading import Read, Texts
from router.validate import Violations
from shipfrom.v1 import policy_pb2
from shipfrom.v1 import policy_service_pb2 as pb

PUBLISHED, DRAFT = "published", "draft"
TRIED = "tried"
"""What plans of a policy record that is no version."""


@dataclass(frozen=True, slots=True)
class Source:
    """A policy that was named or sent, with its row if it is a version."""

    document: PolicyDocument
    found: PolicyVersion | None = None
    version: int | None = None

    def policy(self, in_force: PoliciesInForce) -> Policy:
        """What orders are planned under."""
        if self.version == BUILT_IN:
            return in_force.built_in
        name = TRIED if self.version is None else f"rules-{self.version}"
        return policy_in_force(self.document, name)


@dataclass(frozen=True, slots=True)
class Sources:
    """Finds policies."""

    policies: Policies
    in_force: PoliciesInForce
    texts: Texts
    networks: Networks
    now: Callable[[], datetime]

    def findings(self, document: PolicyDocument) -> tuple[Finding, ...]:
        """What the checks say of a document in the network of now."""
        return findings(document, self.networks.snapshot, self.now())

    async def named(self, version: int) -> Source:
        """A version. Raises PolicyNotFound."""
        if version == BUILT_IN:
            document = built_in_document(self.in_force.built_in)
            return Source(document, None, BUILT_IN)
        found = await self.policies.version(version)
        return Source(from_json(found.content), found, version)

    async def alias(self, alias: str, field: str) -> Source:
        """The policy in force, or the newest draft."""
        if alias == PUBLISHED:
            pointer, now = await self.policies.pointer()
            due = pointer.is_due(now) and pointer.scheduled
            return await self.named(due or pointer.published)
        if alias == DRAFT:
            found = await self.policies.draft()
            return Source(from_json(found.content), found, found.version)
        raise _invalid(field, "is unknown", f"use {PUBLISHED} or {DRAFT}")

    async def of(self, asked: pb.PolicySource, field: str) -> Source:
        """Whatever was sent. Raises InvalidField for what cannot be read."""
        kind = asked.WhichOneof("kind")
        if kind is None:
            raise _invalid(field, "is required", "send yaml, policy, version or alias")
        if kind == "version":
            return await self.named(asked.version)
        if kind == "alias":
            return await self.alias(asked.alias, f"{field}.alias")
        yaml, policy = (asked.yaml, None) if kind == "yaml" else ("", asked.policy)
        document, wrong = await self.read(yaml, policy, f"{field}.policy")
        if document is None:
            raise unreadable(wrong, f"{field}.yaml")
        return Source(document)

    async def read(
        self, yaml: str, message: policy_pb2.Policy | None = None, field: str = "policy"
    ) -> Read:
        """A document and what is to say of it; a message must be well-formed."""
        if message is None:
            document, wrong = await self.texts.read(yaml)
        else:
            found = Violations()
            document, wrong = read_policy(message, field, found), ()
            found.check()
        if document is None:
            return None, wrong
        said = self.findings(document)
        return document, said if message else await self.texts.placed(yaml, said)


def unreadable(wrong: tuple[Finding, ...], field: str) -> InvalidField:
    """Everything that is wrong with a text, each with its place."""
    return InvalidField(
        [
            FieldViolation(
                f"{field}:{each.line}:{each.column}",
                f"{each.path} {each.problem}".strip(),
                each.suggestion,
            )
            for each in wrong
        ]
    )


def built_in_document(policy: Policy) -> PolicyDocument:
    """The policy without rules, as a document of the same effect."""
    return PolicyDocument(
        name=policy.version,
        say="Cheapest plan, without any rule",
        limits=Limits(
            shipments_per_order=policy.max_shipments,
            distance_km=policy.max_distance_km,
            line_split=policy.line_split,
            ship_complete=policy.ship_complete,
            allow_partial=policy.allow_partial,
        ),
        distance_minor_per_100km=policy.weights.distance_minor_per_100km,
        late_minor_per_day=policy.weights.late_minor_per_day,
        look_ahead=policy.look_ahead,
    )


def _invalid(field: str, problem: str, suggestion: str) -> InvalidField:
    return InvalidField([FieldViolation(field, problem, suggestion)])
