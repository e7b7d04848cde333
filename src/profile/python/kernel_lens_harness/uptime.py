"""A clock that goes on while the machine sleeps, so that a sleep can be told from slow work."""

import sys
import time

#: By platform; elsewhere, as on Windows, `time.monotonic` counts sleep by itself.
CLOCKS = {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}


def uptime():
    """Seconds since some moment, sleep included."""
    clock = getattr(time, CLOCKS.get(sys.platform, ""), None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)
