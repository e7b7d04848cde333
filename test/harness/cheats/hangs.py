"""Never ends."""

import time


def silu_and_mul(out, x):
    while True:
        time.sleep(1)
