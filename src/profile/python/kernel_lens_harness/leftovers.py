"""Processes that a kernel started and that left its group. On Linux they come to us when their parent ends."""

import ctypes
import os
import signal
import time

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans():
    """From here on, processes whose parents have ended become this process's children. Linux only, else nothing."""
    try:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (OSError, AttributeError, TypeError):
        pass


def end_orphans(child, limit_s=0.3):
    """Ends and collects all children but `child` and those they leave behind in turn."""
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        others = [pid for pid in children() if pid != child]
        if not others:
            return
        for pid in others:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (OSError, ChildProcessError):
                pass


def children():
    try:
        found = []
        for task in os.listdir("/proc/self/task"):
            with open(f"/proc/self/task/{task}/children", encoding="ascii") as file:
                found += [int(pid) for pid in file.read().split()]
        return found
    except OSError:
        return []
