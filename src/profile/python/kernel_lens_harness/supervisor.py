"""Runs a request case by case in a child, which it watches, ends and starts again."""

import os
import tempfile

from kernel_lens_harness.child_process import ChildProcess
from kernel_lens_harness.conversation import Cancelled, Conversation, Lost
from kernel_lens_harness.gpu_lock import DeviceBusy, GpuLock
from kernel_lens_harness.leftovers import adopt_orphans
from kernel_lens_harness.selection import choose
from kernel_lens_harness.task import flag
from kernel_lens_harness.uptime import uptime

#: torch can take long to import from a cold disk or a network drive.
OPEN_LIMIT_S = 300.0
FINISH_LIMIT_S = 10.0
#: What of a planned case is told.
PUBLIC = ("id", "workload", "label", "dtype", "shape")


class NotOpened(Exception):
    """No child can measure anything; why has been told."""


class Supervisor:
    def __init__(self, request, channel, cancelled, start_child=ChildProcess, now=uptime):
        self._request = request
        self._channel = channel
        self._cancelled = cancelled
        self._start_child, self._now = start_child, now
        self._talk = None
        #: What a first child found out, which later ones need not measure again.
        self._opened = None
        #: Problems of contenders whose loading ended a child, by id.
        self._unloadable = {}
        #: Contenders whose kernels have been told.
        self._told = set()

    def run(self):
        """One of `complete`, `cancelled`, `failed`; the last event says so too."""
        with tempfile.TemporaryDirectory(prefix="kernel-lens-", ignore_cleanup_errors=True) as folder:
            self._request["workFolder"] = folder
            status, reason = self._run()
        self._channel.send("end", status=status, reason=reason)
        return status

    def _run(self):
        adopt_orphans()
        lock = None
        try:
            lock = self._lock()
            self._open()
            self._measure()
            return "complete", None
        except Cancelled:
            return "cancelled", "cancelled"
        except NotOpened:
            return "failed", "open"
        except DeviceBusy as busy:
            who = "Another process" if busy.holder is None else f"Another run (process {busy.holder})"
            cause = f"{who} is measuring on this device."
            self._error({"kind": "busy", "cause": cause, "advice": "Wait until it has ended, or stop it."}, fatal=True)
            return "failed", "busy"
        finally:
            self._close()
            if lock is not None:
                lock.release()

    def _lock(self):
        folder = self._request["lockFolder"]
        if folder is None:
            return None
        # Devices are counted among those visible: what is visible belongs to the name.
        names = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ZE_AFFINITY_MASK")
        visible = [os.environ.get(name, "") for name in names]
        device = "cpu" if self._request["device"] == "cpu" else " ".join([str(self._request.get("gpu", "0")), *visible])
        try:
            lock = GpuLock(folder, device)
            lock.take(self._request["lockWaitS"], self._cancelled.is_set)
        except DeviceBusy:
            raise_if(self._cancelled)
            raise
        except OSError as error:
            text = f"No lock could be kept in {folder} ({error.strerror}): another run would not be noticed."
            self._channel.send("flag", id="unlocked", severity="info", text=text)
            return None
        return lock

    def _open(self):
        """Starts a child and lets it load torch and the kernels. Raises NotOpened when that is impossible."""
        while True:
            self._close()
            child = self._start_child(lambda text: self._channel.send("log", text=text))
            self._talk = Conversation(child, self._channel, self._cancelled, self._now)
            try:
                opening = {"do": "open", "request": self._request, "opened": self._opened}
                answer = self._talk.ask(opening, OPEN_LIMIT_S)
                if "error" in answer:
                    self._error(answer["error"], fatal=True)
                    raise NotOpened
                self._opened = answer["opened"]
                limit = self._request["method"]["loadLimitS"]
                loaded = self._talk.ask({"do": "load", "unloadable": self._unloadable}, limit)
            except Lost as lost:
                if lost.contender is None or lost.contender in self._unloadable:
                    self._error(lost.problem, fatal=True)
                    raise NotOpened from None
                self._unloadable[lost.contender] = lost.problem
                continue
            for kernel in loaded["kernels"]:
                if kernel["contender"] not in self._told:
                    self._told.add(kernel["contender"])
                    self._channel.send("kernel", **kernel)
            return

    def _measure(self):
        candidates, left = [], []
        for index, source in enumerate(self._request["sources"]):
            planned = self._plan(index, source)
            candidates += [{**case, "source": index} for case in planned["cases"]]
            left += planned["left"]
        cases, unchosen = choose(candidates, self._request["size"], self._request["only"])
        self._channel.send("plan", cases=[public(case) for case in cases], left=[*unchosen, *left])
        for case in [] if self._request["planOnly"] else cases:
            self._case(case)
        if self._talk is not None:
            self._finish()

    def _plan(self, index, source):
        if self._talk is None:
            self._open()
        try:
            return self._talk.ask({"do": "plan", "source": index}, self._request["method"]["caseLimitS"])
        except Lost as lost:
            self._close()
            self._error(lost.problem, source=source["name"])
            return {"cases": [], "left": []}

    def _case(self, case):
        """Measures the case until there is an answer: without contenders that end a child, and again after a sleep."""
        skipped, slept, began = {}, [], self._now()
        while True:
            if self._talk is None:
                self._open()
            command = {"do": "case", "source": case["source"], "id": case["id"], "skipped": skipped}
            answer = lost = None
            try:
                answer = self._talk.ask(command, self._request["method"]["caseLimitS"])
            except Lost as error:
                lost = error
            self._tell_dropped()
            slept.append(self._talk.slept_s)
            if slept[-1] > 0 and not any(slept[:-1]):
                # Not only its times: a device may not be the same after it.
                self._close()
                continue
            if lost is not None:
                self._close()
                if lost.contender is not None and lost.contender not in skipped and lost.contender != case["baseline"]:
                    skipped[lost.contender] = lost.problem
                    continue
            self._tell_case(case, answer, lost, slept, began)
            return

    def _tell_case(self, case, answer, lost, slept, began):
        failed = {**public(case), "status": "failed", "rows": [], "flags": []}
        event = answer["case"] if answer is not None else {**failed, "problem": lost.problem}
        if any(slept):
            event["flags"] = [*event["flags"], slept_flag(slept)]
        self._channel.send("case", **event, durationMs=round((self._now() - began) * 1e3, 3))

    def _tell_dropped(self):
        dropped = self._talk.child.log.open_anew()
        if dropped > 0:
            self._channel.send("log", text="", droppedBytes=dropped)

    def _finish(self):
        try:
            self._talk.ask({"do": "finish"}, FINISH_LIMIT_S)
        except Lost:
            pass  # All that was asked has been told.

    def _error(self, problem, fatal=False, **more):
        self._channel.send("error", **problem, fatal=fatal, **more)

    def _close(self):
        if self._talk is not None:
            self._talk.child.end()
            self._talk = None


def raise_if(cancelled):
    if cancelled.is_set():
        raise Cancelled


def slept_flag(slept):
    """`slept`: for how long, in each attempt."""
    text = f"The machine slept or stood still for {max(slept):.0f} s while this was measured"
    if slept[-1] > 0:
        return flag("slept", "warning", f"{text}: run it again before you trust its times.")
    return flag("slept", "info", f"{text}: it was measured again.")


def public(case):
    return {key: case[key] for key in PUBLIC}
