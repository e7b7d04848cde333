"""docs/harness.md says what is asked and what is told: every field, kind, flag and guard that there is."""

import glob
import os
import re
import unittest

from rig import HARNESS, HERE, QUICK, activation, kernel, measure
from kernel_lens_harness.cause import KNOWN
from kernel_lens_harness.request import CONTENDER_KINDS, METHOD, SIZES, SOURCE_KINDS, read_request

with open(os.path.join(HERE, "..", "..", "docs", "harness.md"), encoding="utf-8") as page:
    PAGE = page.read()
#: By names that the run gives: tensors, dtypes, sizes.
NAMED = ("inputs", "products", "shape")
#: What code of ours gives a name to, by how it does that.
NAMES = (
    r"flag\(\s*\"([a-z-]+)\"",
    r"guard\(\"([a-z-]+)\"",
    r"^\s+kind(?:, advice)? = \"([a-z-]+)\"",
    r"\"kind\": \"([a-z-]+)\"",
    r"kind=\"([a-z-]+)\"",
    r"(?:NoTorch|NoDevice|LibraryProblem|ScriptProblem|_late|wrong)\(\"([a-z-]+)\"",
    r"return \(\"([a-z-]+)\",",
)


def keys_of(value):
    if isinstance(value, list):
        return set().union(*map(keys_of, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    own = set(value)
    return own.union(
        *(keys_of(list(one.values()) if key in NAMED and isinstance(one, dict) else one) for key, one in value.items())
    )


class Page(unittest.TestCase):
    def assert_named(self, names):
        missing = sorted(name for name in names if f"`{name}`" not in PAGE and f'"{name}"' not in PAGE)
        self.assertEqual(missing, [])

    def test_what_is_asked(self):
        asked = read_request('{"v": 1, "contenders": [{"id": "e", "kind": "eager"}], "sources": [{"kind": "builtin"}]}')
        self.assert_named([*METHOD, *CONTENDER_KINDS, *SOURCE_KINDS, *SIZES, *asked])
        for name, value in METHOD.items():
            with self.subTest(name):
                row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}`"))
                self.assertEqual(
                    row.split("|")[2].strip(),
                    {True: "true", False: "false"}.get(value) if isinstance(value, bool) else f"{value:g}",
                )

    def test_what_is_told(self):
        request = activation(
            [kernel("honest"), kernel("half_output"), kernel("import_fails")],
            method={**QUICK, "limits": True, "edgeInputs": True},
        )
        run = measure(request)
        self.assertLessEqual(
            {"hello", "phase", "opened", "machine", "limits", "kernel", "plan", "guard", "case", "end"},
            {event["type"] for event in run.events},
        )
        self.assert_named({event["type"] for event in run.events})
        self.assert_named(keys_of(run.events))

    def test_names_of_problems_flags_and_guards(self):
        names = {kind for kind, *_ in KNOWN}
        for path in glob.glob(os.path.join(os.path.dirname(HARNESS), "**", "*.py"), recursive=True):
            with open(path, encoding="utf-8") as file:
                text = file.read()
            for pattern in NAMES:
                names.update(re.findall(pattern, text, re.MULTILINE))
        self.assertGreater(len(names), 50)
        self.assert_named(names)


if __name__ == "__main__":
    unittest.main()
