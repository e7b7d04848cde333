"""Keeps caches cold: between runs more memory is overwritten than the last cache holds, as triton.testing.do_bench does."""


class ColdCache:
    def __init__(self, device):
        self.bytes = device.flush_bytes
        self._buffer = device.torch.empty(device.flush_bytes // 4, dtype=device.torch.int32, device=device.name_in_torch)
        #: What one flush keeps the device busy for.
        self.flush_ns = min(device.timer.intervals(4, device.stream(), lambda i: None, lambda i: self.flush()))

    def flush(self):
        self._buffer.zero_()

    def text(self):
        return f"{self.bytes >> 20} MiB are overwritten before each run, and inputs take turns"
