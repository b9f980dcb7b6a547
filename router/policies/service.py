"""For operations: write policies, look at them, put them in force, take them back.

What is published moves one pointer in the ledger; every router follows it. This router
follows it before the answer leaves.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from inventory.operations import RequestKey
from inventory.policies import Policies
from inventory.policy_approvals import NO_APPROVALS, Approving
from inventory.policy_publishing import Publication
from inventory.policy_rows import BUILT_IN
from inventory.stock import Stock
from router.learning import Learner
from router.money import Currency
from router.networks import Networks
from router.paging import digest
from router.planning import Planner
from router.policies import answers, wishes
from router.policies.checking import differences
from router.policies.drafting import Drafts
from router.policies.gates import Gates, Golden, check_gates
from router.policies.golden import GoldenDesk
from router.policies.in_force import PoliciesInForce
from router.policies.messages import write_policy
from router.policies.pages import Page
from router.policies.reading import Texts
from router.policies.replanning import Scenes
from router.policies.simulating import Simulator
from router.policies.simulation import Simulations, Wanted
from router.policies.sources import PUBLISHED, Source, Sources
from router.rpc.call import Call
from router.validate import Violations, request_id, text
from router.wishes import WishReader
from shipfrom.v1 import policy_service_pb2 as pb


@dataclass(frozen=True, slots=True)
class PolicyService:
    """The stories of a policy."""

    policies: Policies
    in_force: PoliciesInForce
    sources: Sources
    drafts: Drafts
    gates: Gates
    simulations: Simulations
    golden: GoldenDesk
    now: Callable[[], datetime]
    approving: Approving = NO_APPROVALS

    @classmethod
    def wired(
        cls,
        stock: Stock,
        networks: Networks,
        planner: Planner,
        *,
        in_force: PoliciesInForce,
        learner: Learner,
        currency: Currency,
        reader: WishReader,
        now: Callable[[], datetime],
        approving: Approving,
    ) -> "PolicyService":
        """The service of one process."""
        policies, scenes = stock.policies, Scenes(stock, networks, in_force)
        sources = Sources(policies, in_force, Texts(currency), networks, now)
        simulator = Simulator(stock, networks, in_force, currency)
        runs = Simulations(
            policies, simulator, in_force, learner, currency, reader=reader, now=now
        )
        return cls(
            policies,
            in_force,
            sources,
            Drafts(policies, in_force, sources),
            Gates(policies, planner, currency),
            runs,
            GoldenDesk(policies, stock, scenes, planner, in_force, currency),
            now,
            approving,
        )

    async def CreatePolicy(
        self, request: pb.CreatePolicyRequest, call: Call
    ) -> pb.CreatePolicyResponse:
        """A new draft."""
        return await self.drafts.create(request, call)

    async def UpdatePolicy(
        self, request: pb.UpdatePolicyRequest, call: Call
    ) -> pb.UpdatePolicyResponse:
        """A draft, written again."""
        return await self.drafts.rewrite(request, call)

    async def GetPolicy(
        self, request: pb.GetPolicyRequest, call: Call
    ) -> pb.GetPolicyResponse:
        """One version, as a message and as YAML."""
        if request.WhichOneof("name") == "version":
            source = await self.sources.named(request.version)
        else:
            source = await self.sources.alias(request.alias or PUBLISHED, "alias")
        response = pb.GetPolicyResponse()
        await self._write_version(source, response.version)
        write_policy(source.document, response.policy)
        response.yaml = self.sources.texts.write(source.document)
        return response

    async def ListPolicies(
        self, request: pb.ListPoliciesRequest, call: Call
    ) -> pb.ListPoliciesResponse:
        """Versions, newest first."""
        page = Page.of(request, "ListPolicies")
        versions = await self.policies.page(before=page.before, limit=page.rows + 1)
        pointer, _ = await self.policies.pointer()
        response = pb.ListPoliciesResponse()
        for each in versions[: page.rows]:
            answers.write_version(each, pointer, response.versions.add())
        response.next_page_token = page.next([each.version for each in versions])
        return response

    async def CheckPolicy(
        self, request: pb.CheckPolicyRequest, call: Call
    ) -> pb.CheckPolicyResponse:
        """What is wrong with a policy; mistakes of a text are an answer, no error."""
        response = pb.CheckPolicyResponse()
        if request.source.WhichOneof("kind") == "yaml":
            document, said = await self.sources.read(request.source.yaml)
        else:
            source = await self.sources.of(request.source, "source")
            document, said = source.document, self.sources.findings(source.document)
        answers.write_findings(said, response.findings)
        if document is not None:
            write_policy(document, response.policy)
        return response

    async def DiffPolicies(
        self, request: pb.DiffPoliciesRequest, call: Call
    ) -> pb.DiffPoliciesResponse:
        """What changes, in words."""
        before = await self._or_published(request.before, "before")
        after = await self.sources.of(request.after, "after")
        response = pb.DiffPoliciesResponse(
            before_yaml=self.sources.texts.write(before.document),
            after_yaml=self.sources.texts.write(after.document),
        )
        currency = self.sources.texts.currency
        for each in differences(before.document, after.document, currency):
            response.changes.add(
                kind=each.kind,
                subject=each.subject,
                text=each.text,
                has_effect=each.has_effect,
            )
        return response

    async def SimulatePolicy(
        self, request: pb.SimulatePolicyRequest, call: Call
    ) -> AsyncIterator[pb.SimulatePolicyResponse]:
        """Progress, then the report."""
        found = Violations()
        author = wishes.author(request.author, call, found)
        window = wishes.window(request, found)
        found.check()
        candidate = await self.sources.of(request.source, "source")
        baseline = await self._or_published(request.baseline, "baseline")
        wanted = Wanted(
            candidate,
            baseline,
            window,
            request.coverage,
            author,
            orders=request.orders,
            prices=request.prices,
        )
        async for message in self.simulations.run(wanted):
            yield message

    async def ApprovePolicy(
        self, request: pb.ApprovePolicyRequest, call: Call
    ) -> pb.ApprovePolicyResponse:
        """Somebody else says yes to a draft."""
        return await self.drafts.approve(request, call, self.approving)

    async def PublishPolicy(
        self, request: pb.PublishPolicyRequest, call: Call
    ) -> pb.PublishPolicyResponse:
        """Put a version in force, if nothing stands against it."""
        found = Violations()
        asked = request_id(request.request_id, found)
        wish = wishes.publication(request, call, found, now=self.now())
        found.check()
        wishes.demand_etag(request.etag)
        response = pb.PublishPolicyResponse()
        key = RequestKey(call.principal, "PublishPolicy", asked, digest(wish))
        for golden in await self._passed(wish):
            answers.write_result(golden, response.golden.add())
        if request.validate_only:
            await self.policies.check_approved(wish.version, self.approving)
            source = await self.sources.named(wish.version)
            await self._write_version(source, response.version)
            return response
        wish = replace(wish, approving=self.approving)
        made, replayed = await self.policies.publish(key, wish)
        await self.drafts.answer(made, replayed, response.version, call)
        return response

    async def RollbackPolicy(
        self, request: pb.RollbackPolicyRequest, call: Call
    ) -> pb.RollbackPolicyResponse:
        """Put an older version in force at once."""
        found = Violations()
        asked = request_id(request.request_id, found)
        author = wishes.author(request.author, call, found)
        why = text(request.reason, "reason", found, length_max=wishes.REASON_MAX)
        version = request.version if request.HasField("version") else None
        if version is not None:
            wishes.version(version, found, least=BUILT_IN)
        found.check()
        hashed = digest(version, author, why)
        key = RequestKey(call.principal, "RollbackPolicy", asked, hashed)
        target, replayed = await self.policies.roll_back(
            key, version, who=author, why=why
        )
        if replayed:
            call.mark_replayed()
        await self.in_force.refresh()
        response = pb.RollbackPolicyResponse()
        await self._write_version(await self.sources.named(target), response.version)
        return response

    async def ListPolicyEvents(
        self, request: pb.ListPolicyEventsRequest, call: Call
    ) -> pb.ListPolicyEventsResponse:
        """The audit, newest first."""
        page = Page.of(request, "ListPolicyEvents")
        events = await self.policies.events(before=page.before, limit=page.rows + 1)
        response = pb.ListPolicyEventsResponse()
        for event in events[: page.rows]:
            answers.write_event(event, response.events.add())
        response.next_page_token = page.next([event.serial for event in events])
        return response

    async def ListRuleFields(
        self, request: pb.ListRuleFieldsRequest, call: Call
    ) -> pb.ListRuleFieldsResponse:
        """The fields that conditions may name."""
        response = pb.ListRuleFieldsResponse()
        answers.write_fields(response)
        return response

    async def AddGoldenOrder(
        self, request: pb.AddGoldenOrderRequest, call: Call
    ) -> pb.AddGoldenOrderResponse:
        """Keep an order's problem."""
        return await self.golden.add(request, call)

    async def ListGoldenOrders(
        self, request: pb.ListGoldenOrdersRequest, call: Call
    ) -> pb.ListGoldenOrdersResponse:
        """All golden orders, and what a policy makes of them."""
        source = await self._or_published(request.source, "source")
        tried = await self.gates.golden(source.policy(self.in_force))
        return self.golden.listed(tried)

    async def RemoveGoldenOrder(
        self, request: pb.RemoveGoldenOrderRequest, call: Call
    ) -> pb.RemoveGoldenOrderResponse:
        """Forget one."""
        return await self.golden.remove(request, call)

    async def _or_published(self, asked: pb.PolicySource, field: str) -> Source:
        if asked.WhichOneof("kind") is None:
            return await self.sources.alias(PUBLISHED, field)
        return await self.sources.of(asked, field)

    async def _passed(self, wish: Publication) -> list[Golden]:
        """Every golden order's result. Raises GateFailed unless overridden."""
        source = await self.sources.named(wish.version)
        golden = await self.gates.golden(source.policy(self.in_force))
        if not wish.override:
            check_gates(wish.version, self.sources.findings(source.document), golden)
        return golden

    async def _write_version(self, source: Source, out: pb.PolicyVersion) -> None:
        pointer, _ = await self.policies.pointer()
        if source.found is None:
            answers.write_built_in(self.in_force, pointer, out)
        else:
            answers.write_version(source.found, pointer, out)
