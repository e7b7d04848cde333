"""dtypes by name, and how far off each may be: the same rule as for WebGPU, eight or more roundings of its own."""

#: As a share of the larger of |want| and the output's root mean square.
RELATIVE = {
    "float64": 1e-12,
    "float32": 2e-5,
    "float16": 4e-3,
    "bfloat16": 3.2e-2,
    "float8_e4m3fn": 0.125,
    "float8_e4m3fnuz": 0.125,
    "float8_e5m2": 0.25,
    "float8_e5m2fnuz": 0.25,
}
#: What a dtype cannot tell from zero, or a GPU may flush to it.
LEAST_STEP = {
    "float64": 2.0**-1022,
    "float32": 2.0**-126,
    "float16": 2.0**-24,
    "bfloat16": 2.0**-126,
    "float8_e4m3fn": 2.0**-9,
    "float8_e4m3fnuz": 2.0**-10,
    "float8_e5m2": 2.0**-16,
    "float8_e5m2fnuz": 2.0**-17,
}
#: From here on a dtype rounds to infinity.
OVERFLOW = {"float16": 65520.0, "bfloat16": 3.3961775292304e38, "float32": 3.4028235677973366e38}


class NoDtype(Exception):
    kind, advice = "bad-dtype", "Name one such as float32, float16 or bfloat16."

    def __init__(self, cause):
        super().__init__(cause)
        self.cause = cause


def checked_dtypes(torch, names):
    """`names`. Raises NoDtype when torch has no such."""
    for name in names:
        if not isinstance(getattr(torch, name, None), torch.dtype):
            raise NoDtype(f"torch has no dtype {name}.")
    return names


def dtype_name(dtype):
    return str(dtype).removeprefix("torch.")


def format_error(value):
    return f"{value:.2g}"


def tolerance_for(name, root_mean_square, stored=None):
    """|got - want| <= max(abs, rel * |want|, rel * root mean square of the row).

    `stored`: what the case itself brings, used alone, with 1 as the scale.
    """
    if stored is not None:
        return {"abs": stored, "rel": stored, "rule": f"|got − want| ≤ {stored:g} × max(1, |want|), as the case says"}
    if name not in RELATIVE:
        return {"abs": 0.0, "rel": 0.0, "rule": "equal, as for all whole numbers"}
    rel = RELATIVE[name]
    own = format_error(root_mean_square)
    rule = f"|got − want| ≤ {format_error(rel)} × the largest of |want|, its row's root mean square and {own}, the output's"
    return {"abs": max(LEAST_STEP[name], rel * root_mean_square), "rel": rel, "rule": rule}
