"""From bytes to a message, and when that fails: to the name of the field at fault.

The protobuf runtime only says that a message is broken. A caller whose SKU came from a
Latin-1 file wants to read `lines[3].sku`, so the broken bytes are walked once more.
"""

from typing import TypeVar, cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message

from inventory.errors import FieldViolation, InvalidField

# Deeper than any of our messages; a bomb of nested groups ends here.
DEPTH_MAX = 16

_VARINT_BYTES_MAX = 10

Decoded = TypeVar("Decoded", bound=Message)


class _Broken(Exception):
    """The wire format itself ends here."""


def decode(message_class: type[Decoded], payload: bytes) -> Decoded:
    """The message in `payload`; refuses with the path of the first wrong field."""
    try:
        return message_class.FromString(payload)
    except DecodeError:
        descriptor = cast("Descriptor", message_class.DESCRIPTOR)
        raise InvalidField([_fault(payload, descriptor)]) from None


def _fault(payload: bytes, descriptor: Descriptor) -> FieldViolation:
    path = _bad_text(payload, descriptor, depth=0)
    if path:
        return FieldViolation(path, "is not valid UTF-8", "send text as UTF-8")
    return FieldViolation(
        descriptor.name,
        "the bytes are not a message of this type",
        "send the protobuf encoding of " + descriptor.full_name,
    )


def _bad_text(payload: bytes, descriptor: Descriptor, *, depth: int) -> str:
    """Path of the first string that is not UTF-8, "" if there is none."""
    seen: dict[int, int] = {}
    position = 0
    try:
        while position < len(payload):
            number, value, position = _next_field(payload, position)
            index = seen.get(number, 0)
            seen[number] = index + 1
            field = descriptor.fields_by_number.get(number)
            path = _bad_text_in(field, value, depth=depth) if field else None
            if field and path is not None:
                return _step(field, index) + path
    except _Broken:
        return ""
    return ""


def _bad_text_in(field: FieldDescriptor, value: bytes, *, depth: int) -> str | None:
    if field.type == FieldDescriptor.TYPE_STRING:
        return None if _is_utf8(value) else ""
    if field.message_type is not None and depth < DEPTH_MAX:
        inner = _bad_text(value, field.message_type, depth=depth + 1)
        return "." + inner if inner else None
    return None


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _step(field: FieldDescriptor, index: int) -> str:
    return f"{field.name}[{index}]" if field.is_repeated else str(field.name)


def _next_field(payload: bytes, position: int) -> tuple[int, bytes, int]:
    tag, position = _varint(payload, position)
    start, end = position, position
    match tag & 7:  # the wire type
        case 0:
            _, end = _varint(payload, position)
        case 1:
            end = position + 8
        case 5:
            end = position + 4
        case 2:
            size, start = _varint(payload, position)
            end = start + size
        case _:
            raise _Broken
    if end > len(payload):
        raise _Broken
    return tag >> 3, payload[start:end], end


def _varint(payload: bytes, position: int) -> tuple[int, int]:
    value = 0
    for offset, byte in enumerate(payload[position : position + _VARINT_BYTES_MAX]):
        value |= (byte & 0x7F) << (7 * offset)
        if byte < 0x80:
            return value, position + offset + 1
    raise _Broken
