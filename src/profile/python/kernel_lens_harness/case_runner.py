"""Runs one case whole: check, guard, time, check again."""

from kernel_lens_harness.case_checks import CaseChecks
from kernel_lens_harness.case_timing import CaseTiming
from kernel_lens_harness.contenders import problem_of_error, text_of_error
from kernel_lens_harness.row import Row
from kernel_lens_harness.task import flag

#: After these a CUDA context is of no use: all that is asked of it fails.
STICKY = (
    "illegal memory access",
    "device-side assert",
    "misaligned address",
    "unspecified launch failure",
    "illegal instruction",
    "AcceleratorError",
)


class ContextLost(Exception):
    """The device cannot be used by this process any more."""

    def __init__(self, contender, problem):
        super().__init__(problem["kind"])
        self.contender, self.problem = contender, problem


class CaseRunner:
    """`bench`: what all cases share: device, originals, cold cache, method, phase, send, is_cancelled."""

    def __init__(self, bench, task, contenders, skipped):
        self._bench, self._task = bench, task
        self.rows = []
        for contender in contenders:
            contender.compiled.clear()
            row = Row(contender, contender.kind == task.baseline and not any(one.is_baseline for one in self.rows))
            problem = contender.problem or skipped.get(contender.id)
            if problem is not None:
                row.fail(problem)
            self.rows.append(row)
        if not any(row.is_baseline for row in self.rows):
            self.rows[0].is_baseline = True
        self.flags = list(task.flags)

    @property
    def baseline(self):
        return next(row for row in self.rows if row.is_baseline)

    def run(self):
        bench, task = self._bench, self._task
        if "torch._dynamo" in bench.modules:
            bench.modules["torch._dynamo"].reset()
        checks = CaseChecks(bench, task, self)
        checks.before()
        timing = CaseTiming(bench, task, self, checks)
        if any(row.alive for row in self.rows):
            timing.run()
        return {
            **task.facts(),
            "status": "done",
            "problem": None,
            "oracle": {"text": task.oracle_text, "dtype": checks.oracle_dtype},
            "tolerance": task.tolerance,
            "flops": task.flops,
            "leastBytes": checks.least_bytes,
            "inputs": checks.described_inputs,
            "cache": bench.cold.text(),
            "inputSets": timing.sets,
            "rows": [row.event() for row in self.rows],
            "flags": self.flags,
        }

    def each(self, what, action, limit_s=None):
        """`action(row)` for all that are alive; what one raises costs only that one."""
        for row in self.rows:
            if row.alive:
                self.one(row, what, action, limit_s)

    def one(self, row, what, action, limit_s=None):
        bench = self._bench
        bench.phase(f"{what} {row.contender.label}", row.contender.id, limit_s or bench.method["caseLimitS"])
        try:
            action(row)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: B036 a kernel's own code runs here, and may call exit
            problem = problem_of_error(error)
            if any(text in text_of_error(error) for text in STICKY):
                raise ContextLost(row.contender.id, problem) from None
            row.fail(problem)
            del error
            bench.device.forget_memory()
        finally:
            if row.contender.kind in ("kernel", "function"):
                # Put back at once, so that nobody else is measured with it.
                row.contender.replaced.update(bench.originals.replaced())
            else:
                bench.originals.accept()

    def add_flag(self, id_, severity, text):
        self.flags.append(flag(id_, severity, text))
