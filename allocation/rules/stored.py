"""Policy documents as JSON and back: the form that is stored, hashed and compared."""

import json
import types
from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from allocation.documents import canonical, document_of
from allocation.rules.document import Condition, PolicyDocument


def to_json(document: PolicyDocument) -> bytes:
    """Canonical: equal documents have equal bytes."""
    return canonical(document_of(document))


def from_json(raw: bytes) -> PolicyDocument:
    """The document of `to_json`. Raises ValueError, TypeError or KeyError for other
    content."""
    return cast("PolicyDocument", _value(PolicyDocument, json.loads(raw)))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(kind: Any, content: Any) -> Any:
    """JSON content as a value of the type that a field declares."""
    if get_origin(kind) in (Union, types.UnionType):
        kinds = [each for each in get_args(kind) if each is not type(None)]
        return None if content is None else _value(kinds[0], content)
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], each) for each in content)
    if kind is Condition:
        return _condition(content)
    if is_dataclass(kind):
        hints = _hints(cast("type", kind))
        given = {name: _value(hints[name], here) for name, here in content.items()}
        return cast("Any", kind)(**given)
    if kind is datetime:
        return datetime.fromisoformat(content)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(content)
    return content


def _condition(content: Mapping[str, Any]) -> Condition:
    """A condition's value is a list or a plain value, as its operator wants."""
    value = content.get("value", ())
    op = _hints(Condition)["op"](content["op"])
    return Condition(
        content["field"], op, tuple(value) if isinstance(value, list) else value
    )
