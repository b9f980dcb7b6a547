"""Policy documents as messages and back, field by field under the same names.

One rule for all of them: a message has the fields of the frozen value, an enum its
words behind a prefix. What is at its zero and has another default is optional there, so
nothing is lost either way.
"""

import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from google.protobuf.message import Message

from allocation.rules.document import Condition, PolicyDocument
from router.validate import Violations
from shipfrom.v1 import policy_pb2 as pb

Field = Any
"""A field's descriptor; the runtime has two classes of them without a common one."""
_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def write_policy(document: PolicyDocument, out: pb.Policy) -> None:
    """A document as a message."""
    _write(document, out)


def read_policy(
    message: pb.Policy, field: str, found: Violations
) -> PolicyDocument | None:
    """The document of a message; None if anything is wrong with it."""
    return cast("PolicyDocument | None", _read(PolicyDocument, message, field, found))


def _write(value: Any, out: Message) -> None:
    for name in out.DESCRIPTOR.fields_by_name:
        here = getattr(value, name)
        if here is None:
            continue
        if isinstance(value, Condition) and name == "value":
            _write_value(here, cast("pb.Condition", out).value)
        elif isinstance(here, tuple):
            _write_all(here, getattr(out, name))
        elif is_dataclass(here):
            getattr(out, name).SetInParent()
            _write(here, getattr(out, name))
        else:
            setattr(out, name, _plain(here, out.DESCRIPTOR.fields_by_name[name]))


def _write_all(values: tuple[Any, ...], out: Any) -> None:
    for each in values:
        if is_dataclass(each):
            _write(each, out.add())
        else:
            out.append(each)


def _write_value(value: Any, out: pb.ConditionValue) -> None:
    if isinstance(value, tuple):
        if value and isinstance(value[0], str):
            out.texts.values.extend(value)
        elif value:
            out.numbers.values.extend(value)
    elif isinstance(value, bool):
        out.flag = value
    elif isinstance(value, int):
        out.number = value
    else:
        out.text = value


def _plain(value: Any, field: Field) -> Any:
    if isinstance(value, Enum):
        return field.enum_type.values_by_name[_prefix(field) + value.value].number
    return value.isoformat() if isinstance(value, datetime) else value


def _prefix(field: Field) -> str:
    """LIMIT_NAME_ for LimitName."""
    return _WORD.sub("_", str(field.enum_type.name)).upper() + "_"


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _read(kind: type, message: Message, path: str, found: Violations) -> Any:
    """The value of a message; None, and what is wrong in `found`."""
    before, given = len(found.found), dict[str, Any]()
    required = {f.name for f in fields(kind) if f.default is MISSING}
    for name, field in message.DESCRIPTOR.fields_by_name.items():
        at = f"{path}.{name}"
        if name not in required and not _is_there(message, field):
            continue
        if kind is Condition and name == "value":
            given[name] = _value(cast("pb.Condition", message).value)
        else:
            hint = _hints(kind)[name]
            given[name] = _field(hint, message, field, at=at, found=found)
    if len(found.found) > before:
        return None
    try:
        return kind(**given)
    except ValueError as wrong:
        found.add(path, str(wrong), "correct it, ListRuleFields names the fields")
        return None


def _is_there(message: Message, field: Field) -> bool:
    """What is not there keeps its default."""
    if field.has_presence:
        return message.HasField(field.name)
    return bool(getattr(message, field.name))


def _field(
    hint: Any, message: Message, field: Field, *, at: str, found: Violations
) -> Any:
    here = getattr(message, field.name)
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(each for each in get_args(hint) if each is not types.NoneType)
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        if not is_dataclass(inner):
            return tuple(here)
        kind = cast("type", inner)
        return tuple(
            _read(kind, each, f"{at}[{index}]", found)
            for index, each in enumerate(here)
        )
    if is_dataclass(hint):
        return _read(cast("type", hint), here, at, found)
    if hint is datetime:
        return _instant(here, at, found)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _word(hint, here, field, at=at, found=found)
    return here


def _word(
    kind: type[Enum], number: int, field: Field, *, at: str, found: Violations
) -> Enum | None:
    named = field.enum_type.values_by_number.get(number)
    word = named.name.removeprefix(_prefix(field)) if named else ""
    if word not in kind.__members__:
        problem = "is unknown" if number else "is required"
        found.add(at, problem, f"use one of {', '.join(kind.__members__)}")
        return None
    return kind[word]


def _instant(text: str, at: str, found: Violations) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        found.add(at, "is no time", "write 2026-12-27T00:00:00-05:00")
        return None


def _value(message: pb.ConditionValue) -> Any:
    kind = message.WhichOneof("kind")
    if kind is None:
        return ()
    here = getattr(message, kind)
    return tuple(here.values) if kind in ("texts", "numbers") else here
