def run(out, x):
    for at, value in enumerate(x):
        out[at] = value


__all__ = ["run"]
