"""What a worker keeps between commands: torch, the device, the kernels, the planned cases."""

import os
import sys

from kernel_lens_harness.case_runner import CaseRunner, ContextLost
from kernel_lens_harness.contenders import load_contenders, problem_of_error
from kernel_lens_harness.guards import patch_flag
from kernel_lens_harness.task import Plan


class Session:
    def __init__(self, channel, is_cancelled):
        self._channel = channel
        self.is_cancelled = is_cancelled
        self.modules = sys.modules
        self.sampler = None
        #: Whether a first row was told and the limits were measured, by this child or an earlier one.
        self._shown = False
        self._contenders = []
        self._tasks = {}

    def answer(self, command):
        do = {"open": self._open, "load": self._load, "plan": self._plan, "case": self._case, "finish": self._finish}
        do[command["do"]](command)

    def send(self, type_, **fields):
        self._channel.send(type_, **fields)

    def phase(self, text, contender=None, limit_s=None):
        self.send("phase", text=text, contender=contender, limitS=limit_s)

    def _open(self, command):
        from kernel_lens_harness.opening import open_bench

        self.request = command["request"]
        self.method = self.request["method"]
        try:
            opened = open_bench(self, command["opened"])
        except Exception as error:
            self.send("answer", error=problem_of_error(error))
            return
        self._shown = command["opened"] is not None
        self.send("answer", opened=opened)

    def _load(self, command):
        # Kernels come last: what is measured with was taken before any of them was imported.
        self._contenders, facts = load_contenders(self.request, self.originals, command["unloadable"], self.phase)
        self.send("answer", kernels=facts)

    def _plan(self, command):
        source = self._source(command["source"])
        self.phase(f"reading {source['name']}")
        plan = self._read(source)
        for problem in plan.problems:
            self.send("error", **{"source": source["name"], **problem}, fatal=False)
        baseline = next((one.id for one in self._contenders if one.kind == "eager"), self._contenders[0].id)
        cases = [{**task.candidate(), "baseline": baseline} for task in plan.tasks]
        self.send("answer", cases=cases, left=plan.left)

    def _read(self, source):
        from kernel_lens_harness.sources import plan_of

        try:
            plan = plan_of(source, self.device, self._contenders, self.method)
        except BaseException as error:  # noqa: B036 users' files are code of others, and may call exit
            plan = Plan(problems=[problem_of_error(error)])
        replaced = patch_flag(self.originals.replaced())
        for task in plan.tasks:
            task.flags += [replaced] if replaced is not None else []
        self._tasks[source["index"]] = {task.id: task for task in plan.tasks}
        return plan

    def _case(self, command):
        source, id_ = command["source"], command["id"]
        if source not in self._tasks:
            # After a restart: the same cases as the first time, which nobody has to be told again.
            self._read(self._source(source))
        task = self._tasks[source].get(id_)
        if task is None:
            cause = "The workload was not there any more when its file was read again."
            self.send("lost", contender=None, kind="failed", cause=cause, advice="Run again.", detail=None)
            return
        runner = CaseRunner(self, task, self._contenders, command["skipped"])
        try:
            self._show_first(task, command["skipped"])
            result = runner.run()
        except ContextLost as lost:
            self.send("lost", contender=lost.contender, **lost.problem)
            return
        except BaseException as error:  # noqa: B036 setups of scripts are code of others, too
            result = {
                **task.facts(),
                "status": "failed",
                "problem": problem_of_error(error),
                "rows": [],
                "flags": runner.flags,
            }
        self.device.forget_memory()
        self.send("answer", case=result)

    def _show_first(self, task, skipped):
        """The first case without torch.compile, whose import alone takes seconds; it is run again whole, and told again."""
        from kernel_lens_harness.opening import measure

        if self._shown:
            return
        self._shown = True
        others = [one for one in self._contenders if one.kind != "compile"]
        if 1 < len(others) < len(self._contenders):
            try:
                self.send("case", **CaseRunner(self, task, others, skipped).run(), partial=True)
            except ContextLost:
                raise
            except Exception:
                pass  # What is wrong is told with the whole case.
        if self.method["limits"]:
            measure(self, self.request)

    def _source(self, index):
        return {**self.request["sources"][index], "index": index, "workFolder": self.request["workFolder"]}

    def _finish(self, command):
        from kernel_lens_harness.machine import read_machine

        self.send("machine", at="after", reading=read_machine(self.uuid, self.own_pids()))
        self.send("answer")

    @staticmethod
    def own_pids():
        return [os.getpid(), os.getppid()]
