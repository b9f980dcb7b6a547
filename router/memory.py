"""How this process uses memory.

A decision takes arrays of half a megabyte, one word for each line and node, and lets
them go at once. By its defaults the C library hands such pages back and asks for them
again, and the system clears them each time, which costs more than filling them. Kept
pages cost some memory and nothing else.
"""

import ctypes
import gc

# From malloc.h of the GNU C library.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3
_KEPT_BYTES = 256 << 20
_PAD_BYTES = 16 << 20
_LARGEST_KEPT_BYTES = 32 << 20  # the library allows no more


def keep_pages() -> None:
    """Let the allocator keep what it got; where it is another one, nothing changes."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    mallopt(_M_MMAP_THRESHOLD, _LARGEST_KEPT_BYTES)
    mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
    mallopt(_M_TOP_PAD, _PAD_BYTES)


def forget_the_start() -> None:
    """Let the garbage collector leave what the start has made alone.

    What it has made, postcodes and libraries mostly, stays for good; each time that the
    collector goes through it, every caller waits.
    """
    gc.collect()
    gc.freeze()
