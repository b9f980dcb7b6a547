"""Which code is compiled, and where the machine code is kept.

The kernel, the counted states and the search run per order, so they are compiled by
numba and the result is kept on disk. numba keys a kept function by its own file alone
and would go on using one whose callees have changed; the directory is therefore named
after the text of every compiled module together.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numba
from numba import types

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")

ROW = types.Array(types.int64, 1, "C", readonly=True)
GRID = types.Array(types.int64, 2, "C", readonly=True)
"""int64 arrays that are only read: signatures of these also take writable ones, so that
a frozen network and a scratch array meet the same compiled function."""


def _directory() -> Path:
    here = Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for module in sorted(here.glob("*.py")):
        text = module.read_bytes()
        if b"compiled import" in text or module.stem in ("compiled", "instance"):
            digest.update(text)
    return here / "__pycache__" / f"compiled-{digest.hexdigest()[:16]}"


_DIRECTORY = str(_directory())


def njit(signature: object = None) -> Callable[[F], F]:
    """Compile a function without Python objects; with a signature, at import.

    The global interpreter lock is released while it runs. Without a writable directory
    beside the code numba takes the user's cache directory.
    """

    def decorate(function: F) -> F:
        before = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = _DIRECTORY
        try:
            made = numba.njit(signature, cache=True, nogil=True, error_model="numpy")(
                function
            )
        finally:
            numba.config.CACHE_DIR = before
        return cast("F", made)

    return decorate
