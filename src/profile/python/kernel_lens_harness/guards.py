"""Guards against times that are not those of the work: each says what it saw, and whether the numbers stand."""

from kernel_lens_harness.launches import launches_of
from kernel_lens_harness.originals import is_timing
from kernel_lens_harness.task import flag

#: Work in a batch that the stream's clock and the CPU's are both asked about.
BATCH_NS = 5_000_000
MOST_CALLS = 200
#: The device may go on this long after its stream has ended, as waiting takes its time too.
TAIL_NS = 60_000
TAIL_SHARE = 0.2
#: The CPU's clock may show this much more than the stream's.
WALL_NS = 300_000
WALL_SHARE = 0.25


def guard(id_, passed, text):
    return {"id": id_, "passed": passed, "text": text}


def stream_guard(device, call):
    """(guard or None, facts of the launches or None)."""
    launches = launches_of(device, call)
    if launches is None:
        return None, None
    outside = launches.outside()
    text = f"{len(launches.work)} launches, all in the order of the current stream"
    if outside:
        text = f"{len(outside)} of {len(launches.work)} launches ran on another stream that the current one does not wait for, first {outside[0].name[:80]}"
    return guard("other-stream", not outside, text), launches.facts()


def clock_guard(device, originals, call):
    """Holds the device's clock against the CPU's over a batch of calls, and looks whether the device is done when the stream is."""
    if not device.is_cuda:
        return None
    clock = originals.perf_counter_ns
    best = None
    for _ in range(3):
        event_ns, tail_ns, wall_ns = batch(device, originals, call, clock)
        late = tail_ns > TAIL_NS + TAIL_SHARE * event_ns
        differs = wall_ns > event_ns * (1 + WALL_SHARE) + WALL_NS or event_ns > wall_ns * (1 + WALL_SHARE) + WALL_NS
        text = f"events say {event_ns / 1e6:.3f} ms, the CPU's clock {wall_ns / 1e6:.3f} ms, of which {tail_ns / 1e6:.3f} ms after the stream had ended"
        best = guard("device-clock", not (late or differs), text)
        if best["passed"]:
            break  # Other processes can make a machine late; a cheat is late each time.
    return best


def batch(device, originals, call, clock):
    start, end = (originals.cuda_event_class(enable_timing=True) for _ in range(2))
    stream = device.stream()
    device.synchronize()
    began = clock()
    call()
    device.synchronize()
    calls = max(2, min(MOST_CALLS, int(BATCH_NS / max(1, clock() - began)) + 1))
    began = clock()
    originals.cuda_record(start, stream)
    for _ in range(calls):
        call()
    originals.cuda_record(end, stream)
    originals.cuda_event.synchronize(end)
    ended = clock()
    device.synchronize()
    finished = clock()
    return originals.cuda_elapsed(start, end) * 1e6, finished - ended, finished - began


def patch_guard(replaced):
    """`replaced`: names of what the contender's code replaced in torch and the clocks."""
    timing = sorted(name for name in replaced if is_timing(name))
    text = f"replaced by the code that was run: {', '.join(timing)}" if timing else "clocks and timers are the original ones"
    return guard("patched-timer", not timing, text)


def patch_flag(replaced):
    """A flag about other functions, or None."""
    others = sorted(name for name in replaced if not is_timing(name))
    if not others:
        return None
    return flag("patched-torch", "warning", f"The code replaced {', '.join(others[:10])}; it has been put back.")
