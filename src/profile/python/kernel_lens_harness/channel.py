"""Events as JSON Lines on a descriptor of their own, so that nothing a kernel prints can come between them."""

import json
import os
import sys
import threading

PROTOCOL = 1


class Channel:
    """Writes one event a line. Several threads may write; a forked copy of this process may not."""

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._owner = os.getpid()

    def send(self, type_, **fields):
        """Raises OSError when nobody reads any more."""
        if os.getpid() != self._owner:
            # A kernel forked, and its copy went on into this program: only one of the two may speak.
            os._exit(0)
        event = {"v": PROTOCOL, "type": type_, **fields}
        line = json.dumps(event, allow_nan=False, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            view = memoryview(line)
            while view:
                view = view[os.write(self._descriptor, view) :]


def take_standard_output():
    """The channel on what was standard output; from here on all that is printed goes to standard error."""
    descriptor = os.dup(1)
    sys.stdout.flush()
    os.dup2(2, 1)
    return Channel(descriptor)


def take_standard_input():
    """A binary reader on what was standard input, of which nothing is left for others to read."""
    descriptor = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return os.fdopen(descriptor, "rb")
