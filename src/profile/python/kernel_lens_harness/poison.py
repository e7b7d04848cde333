"""A bit pattern that no kernel writes by chance, put where outputs will be, so that what is never written is seen."""

import contextlib

#: NaN as float32, float16 and bfloat16 alike; as a whole number nothing that anybody means.
HALF_WORD = 0x7FDA
WORDS = {2: HALF_WORD, 4: 0x7FDA7FDA, 8: 0x7FDA7FDA7FDA7FDA}
BYTE = 0x7F


def fill(torch, tensor):
    """Poisons all of `tensor`'s elements; what has no pattern (bool, complex) stays."""
    words = as_words(torch, tensor)
    if words is not None:
        words.fill_(WORDS.get(tensor.element_size(), BYTE))


def is_poison(torch, tensor):
    """A bool for each element; None where nothing can be said. One byte has no room for a pattern of its own."""
    if tensor.element_size() == 1:
        return None
    words = as_words(torch, tensor)
    return None if words is None else words == WORDS[tensor.element_size()]


def as_words(torch, tensor):
    if tensor.dtype == torch.bool or tensor.is_complex():
        return None
    whole = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}
    return tensor.detach().view(whole[tensor.element_size()])


@contextlib.contextmanager
def poisoned_allocations(device, sizes):
    """Inside, memory that a kernel allocates for an output of one of `sizes` bytes holds the poison."""
    torch = device.torch
    if device.kind in ("cuda", "rocm", "xpu"):
        # What is freed last is handed out first by the caching allocator.
        for size in {size for size in sizes if size > 0}:
            # The exact size: another could be rounded up to another block.
            blocks = [torch.empty(size, dtype=torch.uint8, device=device.name_in_torch) for _ in range(2)]
            for block in blocks:
                block[: size // 2 * 2].view(torch.int16).fill_(HALF_WORD)
            del blocks, block
        yield
        return
    with filled_allocations(torch):
        yield


@contextlib.contextmanager
def filled_allocations(torch):
    """Inside, torch itself fills what it allocates, with NaN or the largest whole number; on any device."""
    before = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
    # torch.use_deterministic_algorithms would import the whole compiler, for more than a second.
    choose = getattr(torch._C, "_set_deterministic_algorithms", torch.use_deterministic_algorithms)
    choose(True, warn_only=True)
    try:
        yield
    finally:
        choose(before[0], warn_only=before[1])
