"""Which code is compiled, and where the machine code is kept.

The kernel, the counted states and the search run per order, so they are compiled by
numba and the result is kept on disk. numba keys a kept function by its own file alone
and would go on using one whose callees have changed; the directory is therefore named
after the text of the module and of every module that it imports.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numba
from numba import types

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")

_types: Any = types

ROW = _types.Array(types.int64, 1, "C", readonly=True)
GRID = _types.Array(types.int64, 2, "C", readonly=True)
"""int64 arrays that are only read: signatures of these also take writable ones, so that
a frozen network and a scratch array meet the same compiled function."""


def returns(*dimensions: int) -> Any:
    """The numba type of a tuple of int64 arrays (1, 2) and whole numbers (0)."""
    arrays = {0: types.int64, 1: types.int64[::1], 2: types.int64[:, ::1]}
    return _types.Tuple(tuple(arrays[d] for d in dimensions))


_ALLOCATION = Path(__file__).parents[1]
_IMPORT = re.compile(rb"^from allocation\.([\w.]+) import", re.MULTILINE)


@cache
def _texts(module: str) -> dict[str, bytes]:
    """The text of a module and of all that it imports, and so on."""
    text = (_ALLOCATION / f"{module.replace('.', '/')}.py").read_bytes()
    texts = {module: text}
    for name in _IMPORT.findall(text):
        texts |= _texts(name.decode())
    return texts


def _directory(module: str) -> str:
    digest = hashlib.sha256(numba.__version__.encode())
    for _, text in sorted(_texts(module).items()):
        digest.update(text)
    return str(_ALLOCATION / "__pycache__" / f"{module}-{digest.hexdigest()[:16]}")


NUMBERS = ("int", "float", "bool", "None", "np.uint64")
"""What a function that counts no references may return."""


def njit(
    signature: object = None, *, keeps_lock: bool = False, borrows: bool = False
) -> Callable[[F], F]:
    """Compile a function without Python objects.

    With a signature it is an entry: compiled at import, kept on disk, called from
    Python; the interpreter lock is released while it runs, unless it is so short that
    getting the lock back takes longer. Without one it is called by compiled code only,
    and is spared the wrappers that Python would need. Without a writable directory
    beside the code numba takes the user's cache directory.

    One that `borrows` counts no references to its arrays: its caller holds them all.
    The counting of every array of every call, by atomic instructions, took two thirds
    of the search. Such a function makes no array (numba refuses to compile it then),
    returns none, and calls nobody who returns one, which would never be freed.
    """
    # Said either way: unsaid, numba takes over what the first caller has.
    options: dict[str, Any] = {
        "nogil": not keeps_lock,
        "error_model": "numpy",
        "_nrt": not borrows,
    }
    if signature is None:
        options |= {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    else:
        options["cache"] = True

    def decorate(function: F) -> F:
        returned = function.__annotations__.get("return")
        assert not borrows or returned in NUMBERS, f"{function} returns {returned}"
        config: Any = numba.config
        before = config.CACHE_DIR
        config.CACHE_DIR = _directory(function.__module__.partition(".")[2])
        try:
            made: Any = numba.njit(signature, **options)
            return cast("F", made(function))
        finally:
            config.CACHE_DIR = before

    return decorate
