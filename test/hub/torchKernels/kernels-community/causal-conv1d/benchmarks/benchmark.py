"""A script as natten's: it runs by itself, and has no class that a tool could find."""

import argparse
import time

import torch


def run(rounds):
    from kernels import get_kernel

    kernel = get_kernel("kernels-community/causal-conv1d", version=1)
    x = torch.randn(2, 16, 64)
    weight = torch.randn(16, 4)
    began = time.perf_counter()
    for _ in range(rounds):
        kernel.causal_conv1d_fn(x, weight, activation="silu")
    print(f"{(time.perf_counter() - began) / rounds * 1e6:.1f} us")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10)
    run(parser.parse_args().rounds)
