"""The device that is measured: its clock, its caches, its memory, and how to wait for it."""

import glob

from kernel_lens_harness.timers import EventTimer, HostTimer

#: What triton.testing.do_bench overwrites between runs.
DO_BENCH_FLUSH_BYTES = 256 << 20


class NoDevice(Exception):
    """`kind`, `cause`, `advice` for whoever asked."""

    def __init__(self, kind, cause, advice):
        super().__init__(cause)
        self.kind, self.cause, self.advice = kind, cause, advice


class Device:
    def __init__(self, torch, originals, kind, index):
        self.torch = torch
        self.kind = kind
        self.type = {"cuda": "cuda", "rocm": "cuda"}.get(kind, kind)
        self.name_in_torch = self.type if self.type in ("cpu", "mps") else f"{self.type}:{index}"
        self.is_cuda = self.type == "cuda"
        self._originals = originals
        self._module = getattr(torch, self.type, None)
        if self.is_cuda or kind == "xpu":
            self._module.set_device(index)
        self.properties = self._module.get_device_properties(index) if self.is_cuda or kind == "xpu" else None
        self.cache_bytes = self._cache_bytes()
        self.flush_bytes = 2 * self.cache_bytes if kind == "cpu" else max(2 * self.cache_bytes, DO_BENCH_FLUSH_BYTES)
        self.timer = self._make_timer()
        self._cycles_per_ns = self._calibrate() if self.is_cuda else None

    def synchronize(self):
        if self.is_cuda:
            self._originals.cuda_synchronize()
        elif self._module is not None and self.kind != "cpu":
            self._module.synchronize()

    def stream(self):
        """What is recorded into; None where there are no streams."""
        if self.is_cuda:
            return self._originals.cuda_current_stream()
        return self._module.current_stream() if self.kind == "xpu" else None

    def hold(self, ns):
        """Keeps the device waiting for about `ns`, so that what is launched meanwhile runs back to back. CUDA and ROCm only."""
        if self._cycles_per_ns is not None and ns > 0:
            self.torch.cuda._sleep(int(ns * self._cycles_per_ns))

    @property
    def can_hold(self):
        return self._cycles_per_ns is not None

    def forget_memory(self):
        if self.is_cuda or self.kind in ("xpu", "mps"):
            self._module.empty_cache()

    def free_bytes(self):
        if self.is_cuda or (self.kind == "xpu" and hasattr(self._module, "mem_get_info")):
            return self._module.mem_get_info()[0]
        return 4 << 30

    def start_peak(self):
        """Bytes allocated now, from where a peak is counted; None where the device does not tell."""
        if not (self.is_cuda or self.kind == "xpu"):
            return None
        self._module.reset_peak_memory_stats()
        return self._module.memory_allocated()

    def peak(self):
        return self._module.max_memory_allocated()

    def facts(self):
        properties = self.properties
        return {
            "kind": self.kind,
            "name": getattr(properties, "name", None) or {"cpu": "CPU", "mps": "Apple GPU (MPS)"}.get(self.kind, self.kind),
            "torchDevice": self.name_in_torch,
            "capability": f"{properties.major}.{properties.minor}" if self.is_cuda else None,
            "multiprocessors": getattr(properties, "multi_processor_count", None),
            "memoryBytes": getattr(properties, "total_memory", None),
            "lastLevelCacheBytes": self.cache_bytes,
            "uuid": str(properties.uuid) if hasattr(properties, "uuid") else None,
        }

    def _make_timer(self):
        first, torch = self._originals, self.torch
        if self.is_cuda:
            return EventTimer(
                "rocm-events" if self.kind == "rocm" else "cuda-events",
                lambda: first.cuda_event_class(enable_timing=True),
                lambda event, stream: first.cuda_record(event, stream or first.cuda_current_stream()),
                first.cuda_elapsed, first.cuda_query, self.synchronize, first.perf_counter_ns,
            )
        if self.kind == "xpu":
            base = torch.xpu.Event
            return EventTimer(
                "xpu-events", lambda: base(enable_timing=True),
                lambda event, stream: base.record(event, stream or torch.xpu.current_stream()),
                base.elapsed_time, base.query, self.synchronize, first.perf_counter_ns,
            )
        if self.kind == "mps":
            return self._mps_timer()
        return HostTimer("cpu-clock", first.perf_counter_ns, lambda: None)

    def _mps_timer(self):
        try:
            base = self.torch.mps.event.Event
            return EventTimer(
                "mps-events", lambda: base(enable_timing=True), lambda event, stream: base.record(event),
                base.elapsed_time, base.query, self.synchronize, self._originals.perf_counter_ns,
            )
        except (AttributeError, RuntimeError):
            return HostTimer("host-clock", self._originals.perf_counter_ns, self.synchronize)

    def _calibrate(self):
        """Cycles that `_sleep` takes for a nanosecond; None where it is not there."""
        sleep, cycles = getattr(self.torch.cuda, "_sleep", None), 2_000_000
        if sleep is None:
            return None
        times = self.timer.intervals(4, None, lambda i: None, lambda i: sleep(cycles))
        return cycles / min(times)

    def _cache_bytes(self):
        size = getattr(self.properties, "L2_cache_size", 0) or getattr(self.properties, "last_level_cache_size", 0)
        if self.kind == "cpu":
            size = cpu_cache_bytes()
        return int(size) or 32 << 20


def cpu_cache_bytes():
    """The last-level cache as Linux tells it, at most 64 MiB of it: more would make each flush take longer than the work."""
    largest = 0
    for path in glob.glob("/sys/devices/system/cpu/cpu0/cache/index*/size"):
        try:
            with open(path, encoding="ascii") as file:
                text = file.read().strip()
            largest = max(largest, int(text.rstrip("KM")) << (20 if text.endswith("M") else 10))
        except (OSError, ValueError):
            pass
    return min(largest or 16 << 20, 64 << 20)


def choose_device(torch, wanted):
    """(kind, index) of what the request calls `auto`, `cpu`, `cuda`, `cuda:1`, `xpu`, `mps`. Raises NoDevice."""
    name, _, index = wanted.partition(":")
    index = int(index or 0)
    if name == "cpu":
        return "cpu", 0
    built_for_gpu = torch.version.cuda is not None or torch.version.hip is not None
    if name == "cuda" or (name == "auto" and built_for_gpu):
        return cuda_or_reason(torch, index)
    if hasattr(torch, "xpu") and torch.xpu.is_available() and name in ("auto", "xpu"):
        return "xpu", index
    if torch.backends.mps.is_available() and name in ("auto", "mps"):
        return "mps", 0
    if name == "auto":
        return "cpu", 0
    raise NoDevice("no-device", f"This PyTorch has no device {wanted}.", "Choose another device, or leave the choice to the tool.")


def cuda_or_reason(torch, index):
    from kernel_lens_harness.cause import cause_of_message

    if torch.version.cuda is None and torch.version.hip is None:
        raise NoDevice("torch-without-cuda", f"This PyTorch ({torch.__version__}) is built without CUDA.", "Install a PyTorch that is built for CUDA, or measure on the CPU.")
    try:
        # Says why it is not available, which is_available does not.
        torch.cuda.init()
        torch.empty(1, device=f"cuda:{index}")
    except (RuntimeError, AssertionError) as error:
        kind, cause, advice = cause_of_message(str(error), "no-gpu")
        raise NoDevice(kind, f"{cause} PyTorch says: {str(error).splitlines()[0]}", advice) from None
    return ("rocm" if torch.version.hip else "cuda"), index
