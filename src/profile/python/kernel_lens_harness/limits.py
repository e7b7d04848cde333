"""What this device reaches in this run: a copy and a matrix product, to which every share of a limit refers."""

COPY_BYTES = 512 << 20
SIZES = {"cpu": 512, "mps": 2048}
DTYPES = ("float32", "tf32", "float16", "bfloat16", "int8")
SAMPLES = 9


def measure_limits(device, cold, dtypes, is_cancelled):
    copy_bytes = COPY_BYTES if device.kind != "cpu" else 64 << 20
    copies = copy_samples(device, cold, copy_bytes)
    device.forget_memory()
    products = {}
    for name in DTYPES:
        if name in dtypes and not is_cancelled():
            products[name] = product(device, cold, name)
    device.forget_memory()
    return {
        # Read once and written once.
        "copyBytes": 2 * copy_bytes,
        "copySamplesNs": copies,
        "products": {name: value for name, value in products.items() if value is not None},
    }


def copy_samples(device, cold, size):
    torch = device.torch
    source = torch.zeros(size // 4, dtype=torch.int32, device=device.name_in_torch)
    target = torch.empty_like(source)
    return samples(device, cold, lambda: target.copy_(source))


def product(device, cold, name):
    """Flops and samples of a square product; None where the device has none of that dtype."""
    torch = device.torch
    size = SIZES.get(device.kind, 8192 if name not in ("float32",) else 4096)
    dtype = torch.float32 if name == "tf32" else getattr(torch, name)
    if name == "tf32" and not device.is_cuda:
        return None
    before = torch.backends.cuda.matmul.allow_tf32
    try:
        torch.backends.cuda.matmul.allow_tf32 = name == "tf32"
        if name == "int8":
            a = torch.ones(size, size, dtype=dtype, device=device.name_in_torch)
            call = lambda: torch._int_mm(a, a.t())
        else:
            a = torch.randn(size, size, dtype=torch.float32, device=device.name_in_torch).to(dtype)
            call = lambda: a @ a
        return {"flops": 2 * size**3, "size": size, "samplesNs": samples(device, cold, call)}
    except (RuntimeError, AttributeError, NotImplementedError):
        return None
    finally:
        torch.backends.cuda.matmul.allow_tf32 = before


def samples(device, cold, call):
    for _ in range(3):
        call()
    device.synchronize()
    count = SAMPLES if device.kind != "cpu" else 3
    return device.timer.intervals(count, device.stream(), lambda i: cold.flush(), lambda i: call())
