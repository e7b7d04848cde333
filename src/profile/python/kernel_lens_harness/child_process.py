"""The process that loads torch: started as the head of its own group, and ended with all that it started."""

import io
import json
import os
import queue
import signal
import subprocess
import sys
import threading

from kernel_lens_harness.bounded_log import BoundedLog
from kernel_lens_harness.leftovers import end_orphans

if os.name == "nt":
    from kernel_lens_harness.windows_job import KillingJob

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
#: A longer line than this is no event of ours.
LONGEST_LINE = 64 << 20
#: Seconds that it has to end by itself, then after SIGTERM, then after it was killed. A device is free two seconds
#: after a run was cancelled: these are the larger part of that.
PATIENCE_S = (0.5, 0.3, 0.5)


class ChildProcess:
    """`messages` yields what it tells, then None once it has closed its end."""

    def __init__(self, tell_log, command=None):
        """`command`: what to run instead of the worker."""
        options = (
            {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
            if os.name == "nt"
            else {"start_new_session": True}
        )
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        # The compiler's worker processes would outlive a kernel that crashes; its graphs are small here.
        environment.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")
        environment.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        # -B: the folder may be read-only, and the same for several Pythons.
        self._process = subprocess.Popen(
            command or [sys.executable, "-B", os.path.join(FOLDER, "worker.py")],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            **options,
        )
        self._job = KillingJob(self._process) if os.name == "nt" else None
        self.pid = self._process.pid
        self.log = BoundedLog(self._process.stderr.fileno(), tell_log)
        self.messages = queue.Queue()
        self._commands = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._write, daemon=True).start()

    def send(self, command):
        """Returns at once: that a child does not listen is seen from what it does not answer. None: that was all."""
        self._commands.put(None if command is None else json.dumps(command).encode() + b"\n")

    def exit_code(self, wait_s=1.0):
        """None when it still runs after `wait_s`."""
        try:
            return self._process.wait(wait_s)
        except subprocess.TimeoutExpired:
            return None

    def end(self):
        """Asks, then terminates, then kills the whole group. The device is free after it."""
        asked, terminated, killed = PATIENCE_S
        if self._process.poll() is None:
            self.send({"do": "stop"})
            self.send(None)
            if self.exit_code(asked) is None:
                self._signal_group("SIGTERM")
                if self.exit_code(terminated) is None:
                    self._kill_group()
                    self.exit_code(killed)
        # Also when it ended by itself: what it started may still run.
        self._kill_group()
        self.send(None)
        end_orphans(self.pid)

    def _read(self):
        reader = io.BufferedReader(self._process.stdout)
        try:
            while True:
                line = reader.readline(LONGEST_LINE)
                if not line:
                    break
                message = parse_line(line)
                if message is not None:
                    self.messages.put(message)
        except (OSError, ValueError):
            pass
        self.messages.put(None)

    def _write(self):
        """In a thread of its own: a pipe that nobody empties holds up whoever writes into it."""
        pipe = self._process.stdin
        try:
            while (command := self._commands.get()) is not None:
                rest = memoryview(command)
                while rest:
                    rest = rest[pipe.write(rest) :]
        except OSError:
            pass  # It is gone.
        try:
            pipe.close()
        except OSError:
            pass

    def _kill_group(self):
        if os.name == "nt":
            self._job.kill()
            if self._process.poll() is None:
                kill_tree(self.pid)
        else:
            self._signal_group("SIGKILL")

    def _signal_group(self, name):
        try:
            if os.name == "nt":
                self._process.send_signal(signal.CTRL_BREAK_EVENT)
            else:
                os.killpg(self.pid, getattr(signal, name))
        except (OSError, ValueError):
            pass  # Nobody is left in it.


def kill_tree(pid):
    """Windows only, where jobs are not to be had."""
    try:
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(pid)], capture_output=True, check=False, timeout=5)
    except (OSError, subprocess.SubprocessError):
        pass


def parse_line(line):
    """None for what is no event, such as half a line of a process that was killed while it wrote."""
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) and isinstance(message.get("type"), str) else None
