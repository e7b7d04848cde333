"""The supervisor's commands, read by a thread so that `stop` is heard while a case runs."""

import json
import os
import queue
import threading

#: How long a stopped case may take to come to its end by itself.
GRACE_S = 5.0


class Commands:
    def __init__(self, reader):
        self._reader = reader
        self._queue = queue.Queue()
        self._stopped = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def is_stopped(self):
        return self._stopped.is_set()

    def __iter__(self):
        while (command := self._queue.get()) is not None:
            yield command

    def _read(self):
        for line in self._reader:
            command = json.loads(line)
            if command["do"] == "stop":
                break
            self._queue.put(command)
        # Also when the supervisor is gone without a word.
        self._stopped.set()
        self._queue.put(None)
        threading.Timer(GRACE_S, os._exit, (0,)).start()
