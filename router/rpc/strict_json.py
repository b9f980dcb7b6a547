"""From JSON to a message, strictly: what is not understood is refused, never dropped.

A client that sends `maxShipment` and gets an answer as if it had sent nothing finds
out in production. So an unknown member is named, with the nearest known one, and every
other fault with the path of its field.
"""

import json
import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, TypeVar, cast

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from inventory.errors import FieldViolation, InvalidField
from router.rpc.refusals import UnknownField

Parsed = TypeVar("Parsed", bound=Message)

_FIELD_PREFIX = re.compile(r"^(Failed to parse \w+ field: )+")


def parse(message_class: type[Parsed], raw: bytes, *, place: str = "") -> Parsed:
    """The message in `raw`; raises InvalidField or UnknownField with field paths.

    Args:
        place: where in a longer body it stands, for example "line 3"; leads the paths.
    """
    value = _load(raw or b"{}", place=place)
    return _message(message_class, value, path=f"{place}: " if place else "")


def parse_array(message_class: type[Parsed], raw: bytes) -> Iterator[Parsed]:
    """The messages of a JSON array, for a client stream in one body."""
    for index, value in enumerate(_load(raw)):
        yield _message(message_class, value, path=f"[{index}].")


def _message(message_class: type[Parsed], value: Any, *, path: str) -> Parsed:
    if not isinstance(value, dict):
        raise _refused(path.rstrip(":. ") or "body", "must be a JSON object")
    descriptor = cast("Descriptor", message_class.DESCRIPTOR)
    unknown = list(_unknown(value, descriptor, path=path))
    if unknown:
        raise UnknownField(unknown)
    try:
        return json_format.ParseDict(value, message_class())
    except (json_format.Error, ValueError):
        wrong = list(_wrong(value, message_class(), path=path))
        raise InvalidField(wrong or [_malformed(descriptor)]) from None


def _load(raw: bytes, *, place: str = "") -> Any:
    try:
        return json.loads(
            raw.decode("utf-8"),
            parse_constant=_no_constant,
            object_pairs_hook=_no_duplicates,
        )
    except UnicodeDecodeError as wrong:
        problem = f"is not valid UTF-8 at byte {wrong.start}"
        raise _refused(place or "body", problem) from None
    except (ValueError, RecursionError) as wrong:
        raise _refused(place or "body", f"is not valid JSON: {wrong}") from None


def _refused(field: str, problem: str) -> InvalidField:
    return InvalidField([FieldViolation(field, problem, "send JSON in UTF-8")])


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("an object has the same member twice")
    return members


def _unknown(
    members: dict[str, Any], descriptor: Descriptor, *, path: str
) -> Iterator[FieldViolation]:
    known = _fields(descriptor)
    for name, value in members.items():
        field = known.get(name)
        if field is None:
            yield _unknown_member(path + name, name, descriptor)
        elif _is_plain_message(field):
            yield from _unknown_below(value, field, path=path + field.name)


def _unknown_below(
    value: Any, field: FieldDescriptor, *, path: str
) -> Iterator[FieldViolation]:
    if field.is_repeated and isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _unknown_in(entry, field, path=f"{path}[{index}]")
    elif field.is_repeated and value is not None:
        yield FieldViolation(path, "must be a JSON array", "write it in [ ]")
    elif value is not None:
        yield from _unknown_in(value, field, path=path)


def _unknown_in(
    value: Any, field: FieldDescriptor, *, path: str
) -> Iterator[FieldViolation]:
    if isinstance(value, dict):
        descriptor = cast("Descriptor", field.message_type)
        yield from _unknown(value, descriptor, path=path + ".")
    else:
        yield FieldViolation(path, "must be a JSON object", "write it in { }")


def _unknown_member(path: str, name: str, descriptor: Descriptor) -> FieldViolation:
    names = [field.json_name for field in descriptor.fields]
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}?" if near else "known: " + ", ".join(names)
    return FieldViolation(path, f"{descriptor.name} has no such field", hint)


def _wrong(
    members: dict[str, Any], message: Message, *, path: str
) -> Iterator[FieldViolation]:
    """Every field of `members` that cannot be set, found by setting one at a time."""
    known = _fields(cast("Descriptor", message.DESCRIPTOR))
    for name, value in members.items():
        field = known[name]
        if _is_plain_message(field) and value is not None:
            yield from _wrong_below(value, message, field, path=path + field.name)
        else:
            yield from _wrong_value({name: value}, message, path=path + field.name)


def _wrong_below(
    value: Any, message: Message, field: FieldDescriptor, *, path: str
) -> Iterator[FieldViolation]:
    below = getattr(message, field.name)
    if not field.is_repeated:
        yield from _wrong(value, below, path=path + ".")
        return
    for index, entry in enumerate(value):
        yield from _wrong(entry, below.add(), path=f"{path}[{index}].")


def _wrong_value(
    member: dict[str, Any], message: Message, *, path: str
) -> Iterator[FieldViolation]:
    try:
        json_format.ParseDict(member, message)
    except (json_format.Error, ValueError) as wrong:
        said = _FIELD_PREFIX.sub("", str(wrong)).split(" at ")[0].rstrip(". \n")
        yield FieldViolation(path, said, "see the field's type in the proto")


def _malformed(descriptor: Descriptor) -> FieldViolation:
    return FieldViolation("body", f"is not a {descriptor.name}", "see the proto")


def _fields(descriptor: Descriptor) -> dict[str, FieldDescriptor]:
    # JSON takes both spellings of a field: shipTo and ship_to.
    by_name = {field.name: field for field in descriptor.fields}
    return by_name | {field.json_name: field for field in descriptor.fields}


def _is_plain_message(field: FieldDescriptor) -> bool:
    # Timestamp, Duration and their like are strings in JSON; maps have no fields.
    kind = field.message_type
    return (
        kind is not None
        and kind.file.package != "google.protobuf"
        and not kind.GetOptions().map_entry
    )
