"""The clock and torch's functions as they were before any kernel was loaded, to measure with and to compare with later."""

import time

#: Watched modules and classes of torch, by the name that people know them by.
WATCHED = (
    "torch",
    "torch.Tensor",
    "torch.cuda",
    "torch.cuda.Event",
    "torch.cuda.Stream",
    "torch.xpu",
    "torch.mps",
    "time",
)
#: Replacing one of these makes any time taken with it worthless.
TIMING = {
    "time.perf_counter",
    "time.perf_counter_ns",
    "time.monotonic",
    "time.time",
    "time.time_ns",
    "time.monotonic_ns",
    "torch.cuda.Event",
    "torch.cuda.Stream",
    "torch.cuda.synchronize",
    "torch.cuda.current_stream",
    "torch.xpu.Event",
    "torch.xpu.synchronize",
    "torch.mps.synchronize",
}


class Originals:
    """Take it before a kernel is imported."""

    def __init__(self, torch):
        self.perf_counter_ns = time.perf_counter_ns
        self.perf_counter = time.perf_counter
        self.cuda_synchronize = torch.cuda.synchronize
        self.cuda_current_stream = torch.cuda.current_stream
        # Methods of the C base class: nobody can replace those of a type that is not Python's.
        self.cuda_event = getattr(torch._C, "_CudaEventBase", None) or torch.cuda.Event
        self.cuda_event_class = torch.cuda.Event
        self.cuda_record = self.cuda_event.record
        self.cuda_elapsed = self.cuda_event.elapsed_time
        self.cuda_query = self.cuda_event.query
        self._places = {name: place for name in WATCHED if (place := find(torch, name)) is not None}
        self.accept()

    def accept(self):
        """Takes what is there now for the originals: after torch itself, whose compiler replaces some, has run."""
        self._seen = {name: dict(vars(place)) for name, place in self._places.items()}
        self._codes = {
            (name, key): value.__code__
            for name, content in self._seen.items()
            for key, value in content.items()
            if hasattr(value, "__code__")
        }

    def replaced(self):
        """Names of what is no longer what it was; puts back what can be."""
        names = []
        for name, place in self._places.items():
            now = vars(place)
            for key, value in self._seen[name].items():
                if key.startswith("__") or (key in now and now[key] is value and self._same_code(name, key, value)):
                    continue
                if key not in now or is_state(value):
                    continue  # Modules drop lazy entries themselves.
                names.append(f"{name}.{key}")
                self._put_back(place, name, key, value)
        return names

    def _same_code(self, name, key, value):
        code = self._codes.get((name, key))
        return code is None or value.__code__ is code

    def _put_back(self, place, name, key, value):
        try:
            setattr(place, key, value)
            if (name, key) in self._codes:
                value.__code__ = self._codes[name, key]
        except (AttributeError, TypeError):
            pass  # Immutable after all.


def is_timing(name):
    return name in TIMING or name.startswith(("torch.cuda.Event.", "torch.cuda.Stream."))


def is_state(value):
    """torch keeps state in module variables, such as which devices were opened: those are no functions."""
    return not callable(value)


def find(torch, name):
    if name == "time":
        return time
    place = torch
    for part in name.split(".")[1:]:
        place = getattr(place, part, None)
    return place
