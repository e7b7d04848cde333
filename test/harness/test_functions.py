"""Functions of the user's own, in files of the user's own."""

import os
import sys
import tempfile
import types
import unittest

import torch
from rig import QUICK, measure
from kernel_lens_harness.function_source import function_plan, load_file

USERS = """
import torch
from device import HELP

def mine(x, index, power=2):
    return x[index] ** power

def plain(x, index, power=2):
    return torch.stack([x[int(i)] ** power for i in index])

def off(x, index, power=2):
    return mine(x, index, power) * 1.01

def alone(x):
    return x + 1

def plain_gelu(x):
    return torch.nn.functional.gelu(x)

def close(x):
    return plain_gelu(x)

class Kept:
    @staticmethod
    def method(x):
        return plain_gelu(x)
"""


def users_file():
    folder = tempfile.mkdtemp()
    # A module that is named as one of the harness's own.
    with open(os.path.join(folder, "device.py"), "w", encoding="utf-8") as file:
        file.write("HELP = 1\n")
    path = os.path.join(folder, "users.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(USERS)
    return path


USERS_FILE = users_file()


def function_source(function, against="plain", inputs=None):
    tensors = [
        {"name": "x", "shape": [40, 16]},
        {"name": "index", "shape": [8], "dtype": "int64", "values": "whole", "low": 0, "high": 40},
    ]
    inputs = inputs or {"tensors": tensors, "arguments": {"power": 2}}
    return {
        "kind": "function",
        "name": function,
        "python": {"file": USERS_FILE, "function": function, "against": against},
        "inputs": [inputs],
    }


class Functions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        gelu = {"tensors": [{"name": "x", "shape": [8, 8]}]}
        sources = [
            function_source("mine"),
            function_source("off"),
            function_source("nobody"),
            function_source("alone", None, gelu),
            function_source("close", "torch.nn.functional.gelu", gelu),
            function_source("Kept.method", "plain_gelu", gelu),
        ]
        cls.run_ = measure(
            {
                "contenders": [{"id": "eager", "kind": "eager"}, {"id": "mine", "kind": "function"}],
                "method": QUICK,
                "size": "quick",
                "sources": sources,
            }
        )
        cls.cases = {
            case["workload"]: {row["contender"]["id"]: row for row in case["rows"]} for case in cls.run_.of("case")
        }

    def test_right(self):
        for name in ("mine", "close", "Kept.method"):
            with self.subTest(name):
                rows = self.cases[name]
                self.assertEqual(
                    [rows["eager"]["status"], rows["mine"]["status"]], ["timed", "timed"], rows["mine"]["problem"]
                )
        self.assertEqual(self.run_.of("case")[0]["oracle"]["dtype"], "float64")

    def test_wrong(self):
        self.assertEqual(self.cases["off"]["mine"]["status"], "wrong")

    def test_missing(self):
        self.assertEqual(
            [(event["kind"], event["source"]) for event in self.run_.of("error")], [("no-function", "nobody")]
        )
        self.assertEqual(self.run_.of("end")[0]["status"], "complete")

    def test_with_nothing_to_compare_with(self):
        rows = self.cases["alone"]
        self.assertEqual(
            (rows["mine"]["status"], rows["mine"]["accuracy"]["oracle"], rows["eager"]["status"]),
            ("timed", False, "failed"),
        )

    def test_what_the_user_named_is_not_left_out(self):
        self.assertEqual(len(self.cases), 5)


class Files(unittest.TestCase):
    def test_a_file_that_is_named_as_a_module_of_pythons_does_not_take_its_place(self):
        path = os.path.join(tempfile.mkdtemp(), "colorsys.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write("def mine(x):\n    return x\n")
        import colorsys

        module = load_file(path)
        self.assertTrue(hasattr(module, "mine"))
        self.assertIs(load_file(path), module)
        self.assertIs(sys.modules["colorsys"], colorsys)

    def test_inputs_of_the_same_sizes_have_ids_of_their_own(self):
        place = types.SimpleNamespace(torch=torch, name_in_torch="cpu")
        source = function_source("close", None, {"tensors": [{"name": "x", "shape": [8, 8]}]})
        source["inputs"] *= 3
        ids = [task.id for task in function_plan(source, place, [], {"edgeInputs": False}).tasks]
        self.assertEqual(ids, ["close/8×8/float32", "close/8×8/float32#2", "close/8×8/float32#3"])


if __name__ == "__main__":
    unittest.main()
