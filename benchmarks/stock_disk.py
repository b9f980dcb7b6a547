"""What one durable write costs on the disk that the ledgers of the benchmark are on."""

import os
import statistics
import time
from tempfile import TemporaryFile

SYNCS = 200
PAGE = os.urandom(4096)


def fdatasync_us() -> float:
    """Median microseconds of a bare fdatasync after 4 KiB were overwritten in place."""
    with TemporaryFile(buffering=0) as file:
        number = file.fileno()
        os.pwrite(number, PAGE * 64, 0)
        os.fsync(number)
        return statistics.median(_one(number, turn % 64) for turn in range(SYNCS))


def _one(number: int, page: int) -> float:
    os.pwrite(number, PAGE, page * len(PAGE))
    started = time.perf_counter()
    os.fdatasync(number)
    return (time.perf_counter() - started) * 1e6
