"""Our times against triton.testing.do_bench, A/A comparisons, intervals, wall time and overhead: printed, and written as JSON."""

import json
import random
import statistics
import sys
import time

import torch
from triton.testing import do_bench

from rig import measure, QUICK

from kernel_lens_harness.workloads.catalogue import all_workloads
from kernel_lens_harness.workloads.workload import Maker

CASES = ("activation.silu_and_mul", "activation.gelu_tanh", "norm.rms_norm", "norm.layer_norm", "rotary.transformers",
         "attention.flash", "conv.causal", "mlp.swiglu")
METHOD = {**QUICK, "timeLimitS": 2.0, "caseLimitS": 120, "seeds": 3, "edgeInputs": True, "limits": True}
AA_CASES = (("activation.silu_and_mul", {"tokens": 4096}), ("norm.rms_norm", {"tokens": 1024}), ("activation.gelu", {"tokens": 256}),
            ("attention.flash", {"tokens": 512, "batch": 1}))
AA_RUNS = 50


def request(workloads, contenders, method, shapes=None, mode="compare"):
    source = {"kind": "builtin", "workloads": workloads, "dtypes": ["bfloat16"], "size": "full"}
    if shapes is not None:
        source["shapes"] = shapes
    return {"contenders": contenders, "method": method, "sources": [source], "mode": mode}


def middle(samples):
    return statistics.median(samples)


def half_width(samples):
    ordered = sorted(samples)
    reach = int(0.98 * len(ordered) ** 0.5) + 1
    return (ordered[min(len(ordered) - 1, len(ordered) // 2 + reach)] - ordered[max(0, len(ordered) // 2 - reach)]) / 2 / middle(ordered)


def verdict(a, b, chance):
    """The 95% bootstrap interval of the ratio over blocks, as the extension has it: FASTER, SLOWER, SAME or UNCLEAR."""
    pairs = min(len(a), len(b)) // 2
    ratios = []
    for _ in range(400):
        drawn = [chance.randrange(pairs) for _ in range(pairs)]
        take = lambda samples: [samples[2 * i + k] for i in drawn for k in (0, 1)]
        ratios.append(middle(take(a)) / middle(take(b)))
    ratios.sort()
    low, high = ratios[10], ratios[389]
    if low > 1.01 or high < 0.99:
        return "DIFFERENT", low, high
    return ("SAME" if 0.98 <= low and high <= 1.02 else "UNCLEAR"), low, high


def against_do_bench(out):
    began = time.perf_counter()
    contenders = [{"id": "eager", "kind": "eager"}, {"id": "compile", "kind": "compile"}]
    run = measure(request(list(CASES), contenders, METHOD))
    wall = time.perf_counter() - began
    workloads = {workload.id: workload for workload in all_workloads()}
    print("opened", json.dumps(run.of("opened")[0]))
    limits = run.of("limits")[0]
    print("copy GB/s", round(limits["copyBytes"] / middle(limits["copySamplesNs"]), 1), {k: round(v["flops"] / middle(v["samplesNs"]) / 1e3, 1) for k, v in limits["products"].items()})
    rows, device_ns = [], 0
    for case in [one for one in run.of("case") if not one.get("partial")]:
        if case["status"] != "done":
            print("FAILED", case["id"], case["problem"])
            continue
        workload = workloads[case["workload"]]
        shape = next(shape for shape in workload.shapes if case["id"].split("/")[1] == shape["name"])
        inputs = workload.make(Maker(torch, "cuda", torch.bfloat16, 1), shape)
        attributes = workload.attributes(shape)
        compiled = torch.compile(workload.reference, dynamic=False)
        for row in case["rows"]:
            name = row["contender"]["id"]
            if row["status"] != "timed":
                print("NOT TIMED", case["id"], name, row["problem"])
                continue
            function = compiled if name == "compile" else workload.reference
            # The middle of three: single ones of what is launched slowly differ by half.
            call = lambda: function(**inputs, **attributes)
            theirs = middle([do_bench(call, warmup=25, rep=100, return_mode="median") * 1e6 for _ in range(3)])
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                call()
            replayed = middle([do_bench(graph.replay, warmup=25, rep=100, return_mode="median") * 1e6 for _ in range(3)])
            samples = row["timing"]["samplesNs"]
            device_ns += sum(samples) * row["timing"]["runs"]
            rows.append({
                "case": case["id"], "contender": name, "us": middle(samples) / 1e3, "doBenchUs": theirs / 1e3, "graphUs": replayed / 1e3, "ratio": middle(samples) / theirs,
                "halfWidth": half_width(samples), "samplesNs": samples, "deviceUs": ((row["launches"] or {}).get("deviceNs") or 0) / 1e3, "n": len(samples), "runs": row["timing"]["runs"], "stoppedBy": row["timing"]["stoppedBy"],
                "hostUs": row["hostNs"] / 1e3, "launches": (row["launches"] or {}).get("count"), "peakMiB": (row["peakBytes"] or 0) / 2**20,
                "compileMs": row["compileMs"], "caseMs": case["durationMs"], "flags": [one["id"] for one in row["flags"]],
                "guards": [one for one in row["guards"] if not one["passed"]],
            })
            print({key: round(value, 4) if isinstance(value, float) else value for key, value in rows[-1].items() if key != "samplesNs"}, flush=True)
    slow = [row for row in rows if row["doBenchUs"] > 20]
    off = [row for row in slow if abs(row["ratio"] - 1) > 0.03]
    # do_bench counts the CPU's launching where that takes longer than the work; of a CUDA graph of the same, it cannot.
    bound = [row for row in off if row["graphUs"] < 0.97 * row["doBenchUs"]]
    print(f"of those off, {len(bound)} are launched too slowly for do_bench; against do_bench of a CUDA graph:", [(row["case"], row["contender"], round(row["us"] / row["graphUs"], 3)) for row in bound])
    print("others:", [(row["case"], row["contender"], round(row["ratio"], 3)) for row in off if row not in bound])
    print(f"above 20 us: {len(slow)} rows, {len(off)} off by more than 3%:", [(row["case"], row["contender"], round(row["ratio"], 3)) for row in off])
    print("relative intervals above 1%:", [(row["case"], row["contender"], round(row["halfWidth"], 4)) for row in rows if row["halfWidth"] > 0.01])
    print(f"whole run {wall:.1f} s, {len(run.of('case'))} cases, import torch {run.of('opened')[0]['importTorchS']} s, timed device work {device_ns / 1e9:.2f} s")
    print("flags and guards not passed:", [event for event in run.events if event["type"] in ("flag", "error") or (event["type"] == "guard" and not event["passed"])])
    out["rows"], out["wallS"] = rows, wall


def default_run(out):
    """What one click costs: one workload, the default shapes, everything checked."""
    began = time.perf_counter()
    wanted = request(["norm.rms_norm"], [{"id": "eager", "kind": "eager"}, {"id": "compile", "kind": "compile"}], METHOD)
    wanted["sources"][0]["size"] = "default"
    run = measure(wanted)
    out["defaultRunS"] = time.perf_counter() - began
    print(f"default run: {out['defaultRunS']:.1f} s, import torch {run.of('opened')[0]['importTorchS']} s, cases ms {[round(c['durationMs']) for c in run.of('case')]}")


def a_against_a(out):
    chance = random.Random(1)
    counts, rows = {}, []
    began = time.perf_counter()
    for workload, shape in AA_CASES:
        method = {**METHOD, "seeds": 1, "edgeInputs": False, "limits": False, "profiler": False, "timeLimitS": 0.7}
        # The same shape many times over, each a case of its own.
        shapes = [{**shape, "name": f"run {i}"} for i in range(AA_RUNS)]
        run = measure(request([workload], [{"id": "eager", "kind": "eager"}], method, shapes, "aa"))
        for case in run.of("case"):
            timed = [row["timing"]["samplesNs"] for row in case["rows"] if row["status"] == "timed"]
            if len(timed) == 2:
                said, low, high = verdict(timed[0], timed[1], chance)
                counts[said] = counts.get(said, 0) + 1
                rows.append({"case": workload, "verdict": said, "low": low, "high": high, "ratio": middle(timed[0]) / middle(timed[1])})
        print("A/A", workload, counts, "worst ratio", max((abs(row["ratio"] - 1) for row in rows if row["case"] == workload), default=None), flush=True)
    print(f"A/A {len(rows)} comparisons in {time.perf_counter() - began:.0f} s: {counts}")
    out["aa"] = {"counts": counts, "rows": rows}


def main():
    out = {}
    parts = {"method": (default_run, against_do_bench), "aa": (a_against_a,)}[sys.argv[2]]
    try:
        for part in parts:
            part(out)
    finally:
        with open(sys.argv[1], "w", encoding="utf-8") as file:
            json.dump(out, file)


main()
