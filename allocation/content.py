"""What the solvers are asked, as one value: of equal contents the answer is equal."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from allocation.solvers.instance import Instance

Content = tuple[object, ...]


def content_of(instance: Instance) -> Content:
    """Every number of the instance, arrays as their bytes and shape."""
    return _fields(instance)


def _fields(value: object) -> Content:
    return tuple(_plain(getattr(value, spec.name)) for spec in fields(value))  # type: ignore[arg-type]  # only dataclasses come here


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.tobytes(), value.shape
    if isinstance(value, tuple):
        return tuple(_plain(each) for each in value)
    return _fields(value) if is_dataclass(value) else value
