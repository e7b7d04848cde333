"""The time of a case: guards, memory, samples of all contenders in turn, and a check of what the timed runs wrote."""

import random

from kernel_lens_harness.checking import Wanted, check
from kernel_lens_harness.guards import clock_guard, patch_flag, patch_guard, stream_guard
from kernel_lens_harness.input_set import touch
from kernel_lens_harness.sampling import Entrant, Sampler
from kernel_lens_harness.task import flag

MOST_SETS = 3
#: Of the memory that is free, for inputs and what is written.
MEMORY_SHARE = 0.25
#: Seconds of warm-up, at least and at most. While the CPU compiles, a GPU rests, and is faster for a while after it.
WARM_UP_S = {"cpu": (0.0, 0.2)}
WARM_UP_GPU_S = (0.3, 1.0)


class CaseTiming:
    def __init__(self, bench, task, runner, checks):
        self._bench, self._task, self._runner, self._checks = bench, task, runner, checks
        self.sets = 0

    def run(self):
        bench, task = self._bench, self._task
        bench.phase("preparing inputs", None, bench.method["caseLimitS"])
        first = task.make(bench.method["seed"], "random")
        sets = [first] + [task.make(bench.method["seed"] + 100 + i, "random") for i in range(self._count(first) - 1)]
        self.sets = len(sets)
        entrants = {}
        repeats = self._repeats(first)
        touches = [touch(bench.torch, one.changeable(), i) for i, one in enumerate(sets)]
        bench.sampler = Sampler(bench.device, bench.originals.perf_counter_ns, bench.cold, touches, bench.is_cancelled)

        def enter(row):
            runners = [one.runner(row.contender) for one in sets]
            entrants[row.contender.id] = entrant = Entrant(row.contender.id, runners)
            if row.contender.kind != "kernel" and repeats > 1:
                entrant.calls = [repeated(call, repeats) for call in entrant.calls]
            self._guard(row, entrant)

        self._runner.each("guarding", enter)
        rows = [row for row in self._runner.rows if row.alive and row.contender.id in entrants]
        if not rows:
            return
        self._sample(rows, [entrants[row.contender.id] for row in rows], repeats)
        for index, row in enumerate(rows):
            action = lambda row, index=index: self._check_again(row, entrants[row.contender.id], sets, index)
            if row.alive:
                self._runner.one(row, "checking again", action)
        baseline = self._runner.baseline
        for row in rows:
            self._patches(row)
            row.hold_against(baseline if baseline.alive else None)

    def _guard(self, row, entrant):
        """What the profiler and the clocks say of it, and the memory that it needs."""
        bench, call = self._bench, entrant.calls[0]
        for each in entrant.calls:
            each()
        bench.device.synchronize()
        before = bench.device.start_peak()
        result = call()
        bench.device.synchronize()
        row.facts["peakBytes"] = None if before is None else bench.device.peak() - before
        del result
        if bench.method["profiler"]:
            seen, launches = stream_guard(bench.device, call)
            row.facts["launches"] = launches
            entrant.launches = launches["count"] if launches is not None else None
            self._add_guard(row, seen)
        self._add_guard(row, clock_guard(bench.device, bench.originals, call))

    def _add_guard(self, row, seen):
        if seen is None:
            return
        row.guards.append(seen)
        if not seen["passed"]:
            row.wrong(seen["id"], f"Its time cannot be trusted: {seen['text']}.")

    def _patches(self, row):
        replaced = row.contender.replaced
        if row.contender.kind in ("kernel", "function"):
            self._add_guard(row, patch_guard(replaced))
        other = patch_flag(replaced)
        if other is not None:
            row.flags.append(other)

    def _sample(self, rows, entrants, repeats):
        bench, sampler, method = self._bench, self._bench.sampler, self._bench.method
        limit = method["timeLimitS"] * max(1.0, len(entrants) / 2)
        # What hangs here cannot be blamed on one of them; alone, it can.
        bench.phase("timing", rows[0].contender.id if len(rows) == 1 else None, limit + 60)
        clock = bench.originals.perf_counter
        sampler.warm_up(entrants, *WARM_UP_S.get(bench.device.kind, WARM_UP_GPU_S))
        bench.send("clock", at="begin", case=self._task.id)
        began = clock()
        stopped = sampler.measure(entrants, method["targetHalfWidth"], limit)
        bench.send("clock", at="end", case=self._task.id, seconds=clock() - began)
        for row, entrant in zip(rows, entrants):
            row.facts["hostNs"] = round(entrant.host_ns / repeats, 1)
            row.timing = {"samplesNs": [round(s / repeats, 2) for s in entrant.samples], "runs": entrant.sample_runs, "stoppedBy": stopped}
            self._host_flags(row, entrant)

    def _host_flags(self, row, entrant):
        device = self._bench.device
        middle = sorted(entrant.samples)[len(entrant.samples) // 2]
        if device.kind == "cpu":
            return
        if device.can_hold and entrant.unled > len(entrant.samples):
            row.flags.append(flag("waits-for-cpu", "warning", "It waits for the CPU while it runs: the time holds that waiting, as it would in use."))
        elif entrant.host_ns > 0.9 * middle:
            held = "; it was launched ahead, so the time is the device's alone" if device.can_hold else ", which the time includes"
            row.flags.append(flag("host-bound", "info", f"Launching takes the CPU {entrant.host_ns / 1e3:.1f} µs, longer than the device works{held}."))

    def _check_again(self, row, entrant, sets, index):
        """Other numbers at the same addresses, then one more timed run on each set: what the last one wrote is compared."""
        if row.adds_to_output:
            return
        bench = self._bench
        chance = random.Random(bench.method["seed"] * 1000 + index)
        for one in sets:
            one.refill(chance.randrange(1 << 30))
        last = (entrant.turn - 1) % len(sets)

        def call():
            bench.sampler.once(entrant)
            return entrant.last[last]

        chosen = sets[last]
        # Exact values are asked for after the run: the touch before it belongs to what they are of.
        wanted = Wanted(chosen, self._checks.output_sizes)
        checked = check(bench.device, chosen, entrant.runners[last], wanted, self._task.tolerance, call, allowed_changes=1)
        row.add_check("after", "random", -1, checked)

    def _repeats(self, first):
        """How often the workload runs the kernel on the same: then all contenders do, and a sample is divided by it."""
        kernel = next((row.contender for row in self._runner.rows if row.alive and row.contender.kind == "kernel"), None)
        repeats = 1 if kernel is None else first.repeats(kernel)
        if repeats > 1:
            self._runner.add_flag("repeated-call", "info", f"The script runs the kernel {repeats} times on the same: so does the reference here, and times are of one.")
        return repeats

    def _count(self, first):
        """Sets enough to be several times the cache, as far as memory allows."""
        bench = self._bench
        size = sum(t.numel() * t.element_size() for t in first.inputs.values()) or 1
        wanted = 2 * bench.device.cache_bytes // size + 1
        fitting = int(MEMORY_SHARE * bench.device.free_bytes()) // (size * 3)
        count = max(1, min(MOST_SETS, max(2, wanted), fitting))
        if count == 1:
            self._runner.add_flag("one-input-set", "info", "Memory was too small for a second set of inputs; caches are flushed all the same.")
        return count


def repeated(call, times):
    def run():
        for _ in range(times - 1):
            call()
        return call()

    return run
