"""What goes on around a measurement: clocks, throttling, other processes on the GPU. What cannot be read is null."""

import os
import subprocess

THROTTLE = {
    "hw_slowdown": "hardware slowdown",
    "hw_thermal_slowdown": "hardware thermal limit",
    "sw_thermal_slowdown": "thermal limit",
    "sw_power_cap": "power limit",
    "hw_power_brake_slowdown": "power brake",
}
UNKNOWN = {
    "gpuClockMhz": None,
    "maxClockMhz": None,
    "throttled": [],
    "temperatureC": None,
    "otherProcesses": None,
    "driver": None,
}


def read_machine(uuid, own_pids):
    """A reading of the GPU with this uuid, of the first where it is None. Takes at most six seconds, never raises."""
    for prefix in ("clocks_event_reasons", "clocks_throttle_reasons"):
        fields = [
            "clocks.sm",
            "clocks.max.sm",
            "temperature.gpu",
            "driver_version",
            *(f"{prefix}.{key}" for key in THROTTLE),
        ]
        state = ask(uuid, f"--query-gpu={','.join(fields)}")
        if state is not None:
            break
    else:
        return dict(UNKNOWN)
    values = [value.strip() for value in state.splitlines()[0].split(",")]
    users = ask(uuid, "--query-compute-apps=pid") or ""
    pids = [int(line) for line in users.split() if line.isdigit()]
    # In a container the driver tells the pids of the host, none of which is ours: one of them must then be.
    known = any(pid in own_pids for pid in pids)
    others = len([pid for pid in pids if pid not in own_pids]) - (0 if known or not pids else 1)
    return {
        "gpuClockMhz": number(values[0]),
        "maxClockMhz": number(values[1]),
        "temperatureC": number(values[2]),
        "driver": values[3] or None,
        "throttled": [text for text, value in zip(THROTTLE.values(), values[4:]) if value == "Active"],
        "otherProcesses": others,
    }


def ask(uuid, query):
    chosen = [] if uuid is None else [f"--id={uuid if uuid.startswith('GPU-') else 'GPU-' + uuid}"]
    options = {"creationflags": subprocess.CREATE_NO_WINDOW} if os.name == "nt" else {}
    try:
        done = subprocess.run(
            ["nvidia-smi", *chosen, query, "--format=csv,noheader,nounits"],
            capture_output=True,
            timeout=2,
            check=True,
            text=True,
            stdin=subprocess.DEVNULL,
            **options,
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return done.stdout if done.stdout.strip() or "compute-apps" in query else None


def number(text):
    try:
        return float(text)
    except ValueError:
        return None
