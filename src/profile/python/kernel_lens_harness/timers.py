"""Timers: the device's own clock where it has one, else the CPU's around a finished call. Nanoseconds throughout."""

PROBES = 64


class EventTimer:
    """Events of a stream, as of CUDA, ROCm and XPU."""

    def __init__(self, kind, make, record, elapsed_ms, query, synchronize, clock_ns):
        """`record(event, stream)`, `elapsed_ms(start, end)`, `query(event)`: whether the device has passed it."""
        self.kind = kind
        self._clock = clock_ns
        #: How long the CPU took to launch all of the last `intervals`.
        self.launched_ns = 0
        #: Which of the last `intervals` the device began before the CPU had launched all of it: these hold waiting, too.
        self.late = []
        self._make, self._record, self._elapsed, self._query, self._synchronize = make, record, elapsed_ms, query, synchronize
        self._events = []
        self.resolution_ns, self.overhead_ns = self._probe()

    def intervals(self, runs, stream, before, run, lead=0):
        """Calls `before(i)`, then times `run(i)`, for each of `runs`; waits for the device once, at the end.

        `lead`: runs before these that nobody times, while which the CPU gets ahead of the device.
        """
        while len(self._events) < runs:
            self._events.append((self._make(), self._make()))
        record, query, late = self._record, self._query, []
        for i in range(lead):
            before(i)
            run(i)
        began = self._clock()
        for i in range(runs):
            before(i)
            start, end = self._events[i]
            record(start, stream)
            run(i)
            late.append(query(start))
            record(end, stream)
        self.launched_ns = self._clock() - began
        self.late = late
        self._synchronize()
        return [self._elapsed(start, end) * 1e6 for start, end in self._events[:runs]]

    def _probe(self):
        """The smallest step seen between readings, and what is measured when nothing is run."""
        empty = sorted(self.intervals(PROBES, None, lambda i: None, lambda i: None))
        steps = [b - a for a, b in zip(empty, empty[1:]) if b - a > 0.5]
        return (min(steps) if steps else 1000.0), empty[len(empty) // 2]


class HostTimer:
    """The CPU's clock around a call and, on a device, around waiting for it: launching is part of the time."""

    def __init__(self, kind, clock_ns, synchronize):
        self.kind = kind
        self._clock, self._synchronize = clock_ns, synchronize
        #: Nothing is launched ahead, and nothing is late.
        self.launched_ns = 0
        self.late = []
        self.resolution_ns, self.overhead_ns = self._probe()

    def intervals(self, runs, stream, before, run, lead=0):
        """As of EventTimer; `lead` is of no use here, and left out."""
        clock, synchronize = self._clock, self._synchronize
        times = []
        for i in range(runs):
            before(i)
            synchronize()
            start = clock()
            run(i)
            synchronize()
            times.append(float(clock() - start))
        return times

    def _probe(self):
        readings = [self._clock() for _ in range(1000)]
        steps = [b - a for a, b in zip(readings, readings[1:]) if b > a]
        empty = sorted(self.intervals(PROBES, None, lambda i: None, lambda i: None))
        return float(min(steps, default=1000)), empty[len(empty) // 2]
