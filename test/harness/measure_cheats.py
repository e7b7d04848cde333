"""Each cheat in one run, caught or not, and what honest kernels get: printed, and written as JSON."""

import json
import sys

from rig import activation, kernel, measure

NAMES = ["honest", "own_sync", "joined_stream", "other_stream", "cached_answer", "lazy_later", "half_output", "half_returned",
         "changed_inputs", "lower_precision", "lazy_tensor", "wrong_dtype", "illegal_access", "out_of_memory", "crashes"]


def main():
    rows = {}
    for tokens, inner in ((4096, 4096), (16, 256)):
        run = measure(activation([kernel(name) for name in NAMES], tokens=tokens, inner=inner, method={"timeLimitS": 0.5, "edgeInputs": True}))
        patched = measure(activation([kernel("patched_timer")], tokens=tokens, inner=inner))
        for name, row in {**run.rows(), **patched.rows()}.items():
            samples = sorted((row["timing"] or {}).get("samplesNs", []))
            entry = {
                "status": row["status"], "kind": (row["problem"] or {}).get("kind"), "cause": (row["problem"] or {}).get("cause"),
                "guards": {one["id"]: one["passed"] for one in row["guards"]}, "us": samples[len(samples) // 2] / 1e3 if samples else None,
                "flags": [one["id"] for one in row["flags"]],
            }
            rows[f"{name} {tokens}x{inner}"] = entry
            print(name, f"{tokens}x{inner}", entry["status"], entry["kind"], entry["us"], entry["guards"], entry["flags"], flush=True)
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(rows, file)


main()
