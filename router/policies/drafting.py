"""Policies are written: new drafts, drafts again by the etag that was read, and what
others say to them."""

from dataclasses import dataclass

from allocation.rules.document import PolicyDocument
from allocation.rules.stored import to_json
from inventory.operations import RequestKey
from inventory.policies import Policies
from inventory.policy_approvals import Approval, Approving
from inventory.policy_rows import PolicyVersion
from inventory.policy_writes import Draft, check_draft, check_etag, etag_of
from router.paging import digest
from router.policies import answers, wishes
from router.policies.finding import Finding
from router.policies.in_force import PoliciesInForce
from router.policies.sources import Sources, unreadable
from router.rpc.call import Call
from router.validate import Violations, request_id
from shipfrom.v1 import policy_service_pb2 as pb


@dataclass(frozen=True, slots=True)
class Drafts:
    """Writes drafts."""

    policies: Policies
    in_force: PoliciesInForce
    sources: Sources

    async def create(
        self, request: pb.CreatePolicyRequest, call: Call
    ) -> pb.CreatePolicyResponse:
        """A new draft."""
        found = Violations()
        asked = request_id(request.request_id, found)
        author, note = wishes.words(request, call, found)
        found.check()
        document, said = await self._content(request)
        content = to_json(document)
        draft = Draft(document.name, content, author, note)
        response = pb.CreatePolicyResponse()
        answers.write_findings(said, response.findings)
        if request.validate_only:
            response.version.name = document.name
            response.version.state = pb.POLICY_STATE_DRAFT
            return response
        hashed = digest(content, author, note)
        key = RequestKey(call.principal, "CreatePolicy", asked, hashed)
        made, replayed = await self.policies.create(key, draft)
        await self.answer(made, replayed, response.version, call)
        return response

    async def rewrite(
        self, request: pb.UpdatePolicyRequest, call: Call
    ) -> pb.UpdatePolicyResponse:
        """A draft, written again."""
        found = Violations()
        asked = request_id(request.request_id, found)
        author, note = wishes.words(request, call, found)
        wishes.version(request.version, found)
        found.check()
        wishes.demand_etag(request.etag)
        document, said = await self._content(request)
        content = to_json(document)
        response = pb.UpdatePolicyResponse()
        answers.write_findings(said, response.findings)
        if request.validate_only:
            before = await self.policies.version(request.version)
            check_etag(before, request.etag)
            check_draft(before)
            response.version.version = request.version
            response.version.etag = etag_of(request.version, content)
            return response
        hashed = digest(request.version, request.etag, content, author, note)
        key = RequestKey(call.principal, "UpdatePolicy", asked, hashed)
        draft = Draft(document.name, content, author, note)
        made, replayed = await self.policies.rewrite(
            key, request.version, request.etag, draft
        )
        await self.answer(made, replayed, response.version, call)
        return response

    async def approve(
        self, request: pb.ApprovePolicyRequest, call: Call, rule: Approving
    ) -> pb.ApprovePolicyResponse:
        """Somebody other than who wrote a draft says yes to it."""
        found = Violations()
        asked = request_id(request.request_id, found)
        who, why = wishes.words(request, call, found)
        number = wishes.version(request.version, found)
        found.check()
        wishes.demand_etag(request.etag)
        approval = Approval(number, request.etag, who, why)
        key = RequestKey(call.principal, "ApprovePolicy", asked, digest(approval))
        made, by, replayed = await self.policies.approve(key, approval, rule)
        response = pb.ApprovePolicyResponse(
            approved_by=by, approvals_needed=rule.needed
        )
        await self.answer(made, replayed, response.version, call)
        return response

    async def answer(
        self, made: PolicyVersion, replayed: bool, out: pb.PolicyVersion, call: Call
    ) -> None:
        """A version as it was written; this router follows the pointer first."""
        if replayed:
            call.mark_replayed()
        await self.in_force.refresh()
        pointer, _ = await self.policies.pointer()
        answers.write_version(made, pointer, out)

    async def _content(
        self, request: pb.CreatePolicyRequest | pb.UpdatePolicyRequest
    ) -> tuple[PolicyDocument, tuple[Finding, ...]]:
        kind = request.WhichOneof("content")
        message = request.policy if kind == "policy" else None
        document, said = await self.sources.read(request.yaml, message)
        if document is None:
            raise unreadable(said, "yaml")
        return document, said
