"""Prints what the editor shall know of the built-in workloads without starting Python: JSON, for scripts/workloads.mjs.

python -P workload_facts.py <folder of kernel_lens_harness>
"""

import json
import sys

sys.path.insert(0, sys.argv[1])

from kernel_lens_harness.workloads.catalogue import all_workloads  # noqa: E402


def facts(workload):
    first = {key: value for key, value in workload.shapes[0].items() if key not in ("name", "model")}
    # In the order in which a kernel is asked, each once: some names have several signatures.
    functions = list(dict.fromkeys(call.function for call in workload.calls))
    return {
        "id": workload.id,
        "label": workload.label,
        "functions": functions,
        "sizes": first,
        "shapes": [shape["name"] for shape in workload.shapes],
        "dtypes": list(workload.dtypes),
        "backward": workload.backward and any(call.differentiable for call in workload.calls),
    }


print(json.dumps([facts(workload) for workload in all_workloads()], indent=2, ensure_ascii=False))
