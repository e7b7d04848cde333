def relu(x, out=None):
    result = [0.0] * len(x) if out is None else out
    for at, value in enumerate(x):
        result[at] = value if value > 0 else 0.0
    return result


__all__ = ["relu"]
