"""What one call launches on the device, and on which streams, as the profiler sees it."""

#: Long enough for a call to be launched whole while the device waits.
HOLD_NS = 3_000_000
MARK = "spin_kernel"


class Launch:
    def __init__(self, name, stream, start_ns, end_ns):
        self.name, self.stream, self.start_ns, self.end_ns = name, stream, start_ns, end_ns


def launches_of(device, call):
    """The launches of one call, or None where they cannot be seen.

    The call stands between two marks on the current stream: what runs outside of them does not wait for that stream, or
    is not waited for by it, and no timer of the stream would see it.
    """
    if not device.can_hold:
        return None
    torch = device.torch
    try:
        # torch.profiler is this and more, and imports the whole compiler.
        from torch.autograd.profiler import profile

        stream = device.stream()
        with profile(use_cpu=False, use_device="cuda", use_kineto=True) as profiler:
            with torch.cuda.stream(stream):
                device.hold(HOLD_NS)
            call()
            with torch.cuda.stream(stream):
                device.hold(1000)
            device.synchronize()
        events = profiler.kineto_results.events()
        seen = [Launch(e.name(), e.device_resource_id(), e.start_ns(), e.start_ns() + e.duration_ns())
                for e in events if "CPU" not in str(e.device_type())]
    except (ImportError, AttributeError, RuntimeError):
        return None
    marks = sorted((launch for launch in seen if MARK in launch.name), key=lambda launch: launch.start_ns)
    if len(marks) < 2:
        return None
    work = [launch for launch in seen if MARK not in launch.name and not launch.name.startswith("ProfilerStep")]
    return Launches(sorted(work, key=lambda launch: launch.start_ns), marks[0], marks[-1])


class Launches:
    def __init__(self, work, first_mark, last_mark):
        self.work = work
        self._first, self._last = first_mark, last_mark

    def outside(self):
        """Launches on other streams that began before earlier work had ended, or were not over when later work began."""
        others = [launch for launch in self.work if launch.stream != self._first.stream]
        return [l for l in others if l.start_ns < self._first.end_ns or l.end_ns > self._last.start_ns]

    def facts(self):
        return {
            "count": len(self.work),
            "names": [launch.name[:200] for launch in self.work[:20]],
            "deviceNs": sum(launch.end_ns - launch.start_ns for launch in self.work),
            "otherStreams": len({l.stream for l in self.work if l.stream != self._first.stream}),
        }
