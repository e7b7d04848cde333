"""Runs the harness as the editor does, and puts kernels into the Hub's layout.

TEST_DEVICE: as torch names the device that is tested; without, the first GPU that torch can use, else the CPU
"""

import functools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
HARNESS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "src", "profile", "python", "harness.py")
sys.path.insert(0, os.path.dirname(HARNESS))
QUICK = {"seeds": 1, "timeLimitS": 0.15, "limits": False, "edgeInputs": False, "caseLimitS": 60}


def cheat(name):
    """The folder of a kernel whose code is cheats/<name>.py."""
    with open(os.path.join(HERE, "cheats", f"{name}.py"), encoding="utf-8") as file:
        return local_kernel(name, file.read())


def local_kernel(name, code):
    folder = os.path.join(tempfile.mkdtemp(prefix="kernel-lens-test-"), name.replace("_", "-"))
    build = os.path.join(folder, "build", "torch-universal")
    os.makedirs(build)
    with open(os.path.join(build, "__init__.py"), "w", encoding="utf-8") as file:
        file.write(code)
    with open(os.path.join(build, "metadata.json"), "w", encoding="utf-8") as file:
        json.dump(
            {
                "id": f"_{name}_0123456",
                "name": name.replace("_", "-"),
                "version": 1,
                "license": "Apache-2.0",
                "python-depends": [],
                "backend": {"type": "cpu"},
            },
            file,
        )
    return folder


def kernel(name):
    return {"id": name, "kind": "kernel", "folder": cheat(name)}


class Run:
    """One run of the harness. `events` grows while it runs."""

    def __init__(self, request, environment=None, folder=None):
        """`environment`: variables beside ours; `folder`: where it is started."""
        self.events = []
        self._mark = f"KERNEL_LENS_TEST={uuid.uuid4()}"
        self._process = subprocess.Popen(
            [sys.executable, HARNESS],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {}), **dict([self._mark.split("=")])},
        )
        text = (
            request
            if isinstance(request, bytes)
            else json.dumps({"v": 1, "device": device(), **request}).encode() + b"\n"
        )
        self._process.stdin.write(text)
        self._process.stdin.flush()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        threading.Thread(target=self._process.stderr.read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            self.events.append(json.loads(line))

    def wait_for(self, type_, limit_s=120, **fields):
        until = time.monotonic() + limit_s
        while time.monotonic() < until:
            for event in list(self.events):
                if event["type"] == type_ and all(str(value) in str(event.get(key)) for key, value in fields.items()):
                    return event
            time.sleep(0.02)
        raise AssertionError(f"no {type_} with {fields} among {[event['type'] for event in self.events]}")

    @property
    def pid(self):
        return self._process.pid

    def workers(self):
        """Command lines of processes that the run left: those that know its mark."""
        listed = (
            subprocess.run(["ps", "-eo", "args", "e"], capture_output=True, text=True, check=False).stdout
            if os.name != "nt"
            else ""
        )
        return [line for line in listed.splitlines() if self._mark in line]

    def terminate(self):
        self._process.terminate()

    def cancel(self):
        self._process.stdin.write(b'{"cancel": true}\n')
        self._process.stdin.flush()

    def close_input(self):
        self._process.stdin.close()

    def end(self, limit_s=300):
        self._reader.join(limit_s)
        alive = self._reader.is_alive()
        if alive:
            self._process.kill()
        try:
            self._process.stdin.close()
        except OSError:
            pass
        self._process.wait(10)
        assert not alive, f"still running after {limit_s} s: {self.events[-3:]}"
        return self.events

    def of(self, type_):
        return [event for event in self.events if event["type"] == type_]

    def rows(self, case=0):
        return {row["contender"]["id"]: row for row in self.of("case")[case]["rows"]}


def measure(request, **options):
    run = Run(request, **options)
    run.end()
    return run


@functools.cache
def device():
    named = os.environ.get("TEST_DEVICE")
    if named:
        return named
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def has_cuda():
    return device().startswith("cuda")


def activation(contenders, dtype="float32", tokens=64, inner=512, method=None, **more):
    return {
        "contenders": [{"id": "eager", "kind": "eager"}, *contenders],
        "method": {**QUICK, **(method or {})},
        "sources": [
            {
                "kind": "builtin",
                "workloads": ["activation.silu_and_mul"],
                "dtypes": [dtype],
                "shapes": [{"tokens": tokens, "inner": inner}],
            }
        ],
        **more,
    }
