"""A document as a message and back is the same document; what is wrong is named."""

from hypothesis import HealthCheck, given, settings

from allocation.rules.document import PolicyDocument
from router.policies.messages import read_policy, write_policy
from router.validate import Violations
from shipfrom.v1 import policy_pb2 as pb
from tests.allocation.rules.documents import documents


@given(documents())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_is_lost_on_the_way(document: PolicyDocument) -> None:
    message = pb.Policy()
    write_policy(document, message)
    sent = pb.Policy.FromString(message.SerializeToString())
    found = Violations()
    assert read_policy(sent, "policy", found) == document, found.found


def test_a_message_of_names_alone_has_all_defaults() -> None:
    found = Violations()
    read = read_policy(pb.Policy(name="us", say="plain"), "policy", found)
    assert read == PolicyDocument("us", "plain")


def test_every_wrong_field_is_named_by_its_path() -> None:
    message = pb.Policy(name="us", say="plain")
    message.rules.add(id="a", say="x", do=pb.VERB_NEVER).where.add(
        field="node.colour", op=pb.OP_EQ, value=pb.ConditionValue(text="red")
    )
    message.rules.add(id="b", say="x")
    message.rules.add(id="c", say="x", do=pb.VERB_NEVER, active_from="tomorrow")
    found = Violations()
    assert read_policy(message, "policy", found) is None
    assert [each.field for each in found.found] == [
        "policy.rules[0].where[0]",
        "policy.rules[1].do",
        "policy.rules[2].active_from",
    ]
