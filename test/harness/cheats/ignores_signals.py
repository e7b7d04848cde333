"""Hangs, and hears no signal but the last."""

import signal
import time

signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)


def silu_and_mul(out, x):
    while True:
        time.sleep(3600)
