"""What a child prints, passed on up to a bound and read to the end: a gigabyte of it neither blocks nor floods."""

import os
import threading

BYTES_A_CASE = 32 * 1024
CHUNK = 1 << 20
TAIL = 4096


class BoundedLog:
    def __init__(self, descriptor, tell):
        """`tell(text)` is called from a thread with each piece that is within the bound."""
        self._descriptor = descriptor
        self._tell = tell
        self._lock = threading.Lock()
        self._left = BYTES_A_CASE
        self._dropped = 0
        self._tail = b""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def open_anew(self):
        """Opens the bound for another case; returns how many bytes had not been passed on."""
        with self._lock:
            dropped, self._dropped = self._dropped, 0
            self._left = BYTES_A_CASE
            return dropped

    def last_words(self):
        """The last printed, once the child has ended: where drivers and the C library say why."""
        self._thread.join(1)
        with self._lock:
            return self._tail.decode("utf-8", "replace")

    def _read(self):
        while True:
            try:
                chunk = os.read(self._descriptor, CHUNK)
            except OSError:
                return
            if not chunk:
                return
            with self._lock:
                kept = chunk[: self._left]
                self._left -= len(kept)
                self._dropped += len(chunk) - len(kept)
                self._tail = (self._tail + chunk[-TAIL:])[-TAIL:]
            if kept:
                try:
                    self._tell(kept.decode("utf-8", "replace"))
                except OSError:
                    pass  # Nobody listens any more; the child must not block on that.
