"""The checks of a case before it is timed, on several seeds and on inputs at the edges."""

import time

from kernel_lens_harness.checking import Wanted, check
from kernel_lens_harness.input_set import Refused
from kernel_lens_harness.poison import filled_allocations
from kernel_lens_harness.task import flag


class CaseChecks:
    def __init__(self, bench, task, runner):
        self._bench, self._task, self._runner = bench, task, runner
        self.oracle_dtype = None
        self.least_bytes = None
        self.described_inputs = {}
        #: Bytes that outputs may have, for memory to be poisoned.
        self.output_sizes = []

    def before(self):
        method = self._bench.method
        for form in self._task.forms:
            seeds = range(method["seed"], method["seed"] + (method["seeds"] if form == "random" else 1))
            for seed in seeds:
                self._round(form, seed)
                self._bench.device.forget_memory()
                if not any(row.alive for row in self._runner.rows):
                    return
        baseline = self._runner.baseline
        for row in self._runner.rows:
            if row.status == "timed":
                row.hold_against(baseline if baseline.alive else None)

    def _round(self, form, seed):
        bench, task = self._bench, self._task
        bench.phase(f"preparing {form} inputs", None, bench.method["caseLimitS"])
        input_set = task.make(seed, form)
        wanted = Wanted(input_set)
        # Asked for before any kernel runs.
        self.oracle_dtype = wanted.oracle_dtype
        self._describe(input_set, wanted)
        self._runner.each("checking", lambda row: self._check(row, form, seed, input_set, wanted))

    def _check(self, row, form, seed, input_set, wanted):
        contender = row.contender
        if form == "odd" and contender.kind == "compile":
            return  # Another compilation, which tells nothing about the kernel.
        try:
            runner = input_set.runner(contender)
        except Refused as refused:
            if form != "odd":
                raise
            row.flags.append(flag("refuses-odd", "info", f"Odd sizes were not tried: {refused}."))
            return
        if contender.kind == "compile" and not row.before:
            self._compile(row, runner)
        try:
            checked = check(self._bench.device, input_set, runner, wanted, self._task.tolerance)
        except (RuntimeError, ValueError, AssertionError) as error:
            if form != "odd" or "CUDA error" in str(error):
                raise
            # To refuse is no fault: to take it and be wrong would be.
            said = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
            row.flags.append(flag("refuses-odd", "info", f"It refuses odd sizes: {said}"))
            return
        checked = self._again_without_poison(row, form, seed, input_set, wanted, checked)
        row.add_check("before", form, seed, checked)

    def _again_without_poison(self, row, form, seed, input_set, wanted, checked):
        """Some workloads add to what is in their output: then a fresh one, as its script sets it up, decides."""
        wrong = any(output["wrong"] > 0 for output in checked.checks)
        if not wrong or wanted.described or row.is_baseline or form != "random":
            return checked
        # Memory that is merely not written could still hold the answer that another contender put there.
        with filled_allocations(self._bench.torch):
            fresh = self._task.make(seed, form)
        again = check(
            self._bench.device, fresh, fresh.runner(row.contender), Wanted(fresh), self._task.tolerance, poisoned=False
        )
        if any(output["wrong"] > 0 for output in again.checks) or again.problem is not None:
            return checked
        row.adds_to_output = True
        row.flags.append(
            flag("adds-to-output", "info", "The workload reads what is in its output before: it could not be poisoned.")
        )
        return again

    def _compile(self, row, runner):
        bench = self._bench
        bench.phase("compiling the reference", row.contender.id, bench.method["compileLimitS"])
        began = time.perf_counter()
        runner.run()
        bench.device.synchronize()
        row.facts["compileMs"] = round((time.perf_counter() - began) * 1e3, 3)

    def _describe(self, input_set, wanted):
        if self.described_inputs:
            return
        self.described_inputs = {
            name: {
                "dtype": str(t.dtype).removeprefix("torch."),
                "shape": list(t.shape),
                "bytes": t.numel() * t.element_size(),
            }
            for name, t in input_set.inputs.items()
        }
        self.output_sizes = wanted.bytes_of_outputs()
        read = sum(one["bytes"] for one in self.described_inputs.values())
        written = sum(self.output_sizes) if wanted.described else written_by_script(input_set, wanted)
        self.least_bytes = read + written if written else None


def written_by_script(input_set, wanted):
    """Bytes of a script's outputs: of the tensors it hands out, else of what its reference gives, in the inputs' widest dtype."""
    given = getattr(input_set, "given_bytes", 0)
    if given or wanted.exact is None:
        return given
    floats = [one.element_size() for one in input_set.inputs.values() if one.is_floating_point()]
    return sum(one.numel() for one in wanted.exact) * max(floats, default=0)
