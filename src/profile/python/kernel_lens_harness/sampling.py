"""Samples of all contenders of a case, taken in turn, until the medians are known well enough."""

import math

#: No interval of fewer samples is believed.
LEAST_SAMPLES = 8
#: So many are taken whatever the time limit says.
FEWEST_SAMPLES = 4
MOST_SAMPLES = 4000
#: A visit to a contender shall be this many steps of the timer long, and at least so many nanoseconds of work.
STEPS_A_VISIT = 2000
LEAST_VISIT_NS = 500_000
MOST_RUNS = 24
#: The queue of a device is bounded, and launching blocks where it is full.
MOST_LAUNCHES = 400
LONGEST_HOLD_NS = 20_000_000
#: Work this long keeps the CPU ahead of the device by itself. Visits to it are long, so that waits between them do not
#: count: a GPU that draws all the power it may is slower after a while than at first, and models run for a while.
HEAVY_NS = 300_000
HEAVY_VISIT_NS = 6_000_000
HEAVY_WARM_UP_S = 0.5
LONG_NS = 10_000_000
#: A turn of all contenders that takes this long is not repeated in other orders.
SLOW_TURN_NS = 50_000_000
#: Warmed up: the rounds of two such spans of time agree this well.
SETTLING_NS = 80_000_000
SETTLED_WITHIN = 0.005


class Entrant:
    """A contender on all input sets of a case."""

    def __init__(self, id_, runners):
        self.id = id_
        self.runners = runners
        self.calls = [runner.run for runner in runners]
        self.launches = None
        self.runs = 1
        self.host_ns = 0.0
        #: How long the device waits before a visit, and how many runs come before those that are timed.
        self.hold_ns = 0.0
        self.lead = 0
        #: How long a visit takes the device, and how many runs make a sample.
        self.visit_ns = 0.0
        self.sample_runs = 1
        #: Visits in which no run was launched ahead of the device.
        self.unled = 0
        self.samples = []
        #: The last result on each set.
        self.last = [None] * len(runners)
        self.turn = 0


class Sampler:
    def __init__(self, device, clock_ns, cold, touches, is_cancelled):
        self._device, self._clock, self._cold = device, clock_ns, cold
        self._touches, self._is_cancelled = touches, is_cancelled

    def warm_up(self, entrants, least_s, most_s):
        """Runs all in turn until clocks and power have settled: for `least_s` at least, `most_s` at most."""
        shortest = [self._plan(entrant) for entrant in entrants]
        if self._device.kind != "cpu" and max(shortest) > HEAVY_NS:
            least_s = max(least_s, HEAVY_WARM_UP_S)
        began = self._clock()
        before = None
        while not self._is_cancelled():
            now = self._round_of(entrants)
            spent = (self._clock() - began) / 1e9
            settled = before is not None and abs(now - before) <= SETTLED_WITHIN * before
            if (spent >= least_s and settled) or spent >= max(least_s, most_s):
                break
            before = now
        for entrant in entrants:
            self._plan(entrant)

    def _round_of(self, entrants):
        """The mean of a round over all entrants, of as many as fit into the span in which settling is looked for."""
        began = self._clock()
        rounds, total = 0, 0.0
        while rounds == 0 or (self._clock() - began < SETTLING_NS and self._device.kind != "cpu"):
            for entrant in entrants:
                times = self._intervals(entrant, entrant.runs)
                total += sum(times) / len(times)
            rounds += 1
        return total / rounds

    def _plan(self, entrant):
        """How many runs make a visit, and how the CPU gets ahead of the device. Returns the shortest run."""
        device, timer = self._device, self._device.timer
        if device.kind != "cpu":
            entrant.host_ns = min(self._launching_ns(call) for call in entrant.calls * 2)
        if device.can_hold:
            device.hold(min(LONGEST_HOLD_NS, 6 * entrant.host_ns + 500_000))
        times = timer.intervals(3, device.stream(), self._before(entrant), self._run(entrant))
        issue_ns = timer.launched_ns / 3
        shortest = max(1.0, min(times))
        period = shortest + self._cold.flush_ns
        entrant.lead = math.ceil(1.5 * issue_ns / period) if shortest > HEAVY_NS and period > 1.2 * issue_ns and issue_ns > 0 else 0
        wanted = max(LEAST_VISIT_NS if entrant.lead == 0 else HEAVY_VISIT_NS, STEPS_A_VISIT * timer.resolution_ns)
        launches = (entrant.launches or 8) + 4
        runs = max(1, min(MOST_RUNS, MOST_LAUNCHES // launches - entrant.lead, math.ceil(wanted / shortest)))
        # Each visit has all input sets alike: where in memory they lie can make a difference, to short work above all.
        sets = len(entrant.calls) if shortest < LONG_NS else 1
        entrant.runs = math.ceil(runs / sets) * sets
        # By one run, and by all that the CPU is slower than the device.
        behind = max(0.0, issue_ns - period)
        entrant.hold_ns = 0.0 if entrant.lead > 0 else min(LONGEST_HOLD_NS, 1.3 * (issue_ns + entrant.runs * behind))
        entrant.visit_ns = (entrant.runs + entrant.lead) * period
        return shortest

    def _launching_ns(self, call):
        """What launching one call costs the CPU, while the device has nothing else to do."""
        self._device.synchronize()
        began = self._clock()
        call()
        return self._clock() - began

    def measure(self, entrants, target, limit_s):
        """Fills `samples`; returns `precision`, `time limit` or `sample limit`."""
        clock = self._clock
        began = clock()
        while True:
            self._sample(entrants)
            count = len(entrants[0].samples)
            if count >= LEAST_SAMPLES and all(half_width(e.samples) < target for e in entrants):
                return "precision"
            if (clock() - began > limit_s * 1e9 and count >= FEWEST_SAMPLES) or self._is_cancelled():
                return "time limit"
            if count >= MOST_SAMPLES:
                return "sample limit"

    def _sample(self, entrants):
        """One sample of each: the mean over blocks A B C C B A, B C A A C B, … in which each has had each place.

        What ran just before makes a difference to short work, of some percent: so everybody comes after everybody. Of slow
        work, each visit is a sample.
        """
        slow = sum(entrant.visit_ns for entrant in entrants) > SLOW_TURN_NS
        visits = {entrant.id: [] for entrant in entrants}
        for first in range(1 if slow else len(entrants)):
            order = entrants[first:] + entrants[:first]
            for entrant in (*order, *reversed(order)):
                visits[entrant.id].append(self._visit(entrant))
        for entrant in entrants:
            times = visits[entrant.id]
            entrant.samples += times if slow else [sum(times) / len(times)]
            entrant.sample_runs = entrant.runs * (1 if slow else len(times))

    def _visit(self, entrant):
        """The mean of the runs that were launched before the device began them; of all where the CPU cannot get ahead."""
        times = self._intervals(entrant, entrant.runs)
        late = self._device.timer.late
        ahead = [time for time, is_late in zip(times, late) if not is_late] if any(late) else times
        if len(ahead) < len(times) and entrant.lead == 0:
            entrant.hold_ns = min(LONGEST_HOLD_NS, 1.5 * entrant.hold_ns)
        if not ahead:
            entrant.unled += 1
        return sum(ahead or times) / len(ahead or times)

    def once(self, entrant):
        """One more timed run on each set, in just the way samples are taken."""
        self._intervals(entrant, len(entrant.calls))

    def _intervals(self, entrant, runs):
        device = self._device
        stream = device.stream()
        if device.can_hold:
            device.hold(entrant.hold_ns)
        return device.timer.intervals(runs, stream, self._before(entrant), self._run(entrant), entrant.lead)

    def _before(self, entrant):
        flush, touches = self._cold.flush, self._touches

        def before(_):
            touch = touches[entrant.turn]
            if touch is not None:
                touch()
            flush()

        return before

    @staticmethod
    def _run(entrant):
        calls, last = entrant.calls, entrant.last

        def run(_):
            turn = entrant.turn
            last[turn] = calls[turn]()
            entrant.turn = (turn + 1) % len(calls)

        return run


def half_width(samples):
    """Half the 95% interval of the median by order statistics, as a share of the median."""
    ordered = sorted(samples)
    count = len(ordered)
    reach = math.ceil(0.98 * math.sqrt(count))
    low, high = ordered[max(0, count // 2 - reach)], ordered[min(count - 1, count // 2 + reach)]
    middle = ordered[count // 2]
    return (high - low) / 2 / middle if middle > 0 else 0.0
