"""The code itself: Pythons that can read it, what it imports, and the words that it has for errors."""

import ast
import glob
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from rig import HARNESS
from kernel_lens_harness.cause import KNOWN, cause_of_message

SOURCES = sorted(glob.glob(os.path.join(os.path.dirname(HARNESS), "**", "*.py"), recursive=True))


class Code(unittest.TestCase):
    def test_it_is_read_by_the_oldest_python(self):
        self.assertGreater(len(SOURCES), 30)
        for path in SOURCES:
            with self.subTest(os.path.basename(path)), open(path, encoding="utf-8") as file:
                ast.parse(file.read(), path, feature_version=(3, 10))

    def test_the_first_file_suits_any_python(self):
        # A Python that is too old must come as far as to say so; older ones than this cannot be asked for here.
        with open(HARNESS, encoding="utf-8") as file:
            ast.parse(file.read(), HARNESS, feature_version=(3, 4))

    def test_pythons_of_this_machine(self):
        found = [
            path
            for name in ("python3.8", "python3.9", "python3.10", "python3.12", "python3.13")
            if (path := shutil.which(name))
        ]
        answering = [
            path for path in found if subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0
        ]
        for python in [sys.executable, *answering]:
            with self.subTest(python):
                done = subprocess.run(
                    [python, "-B", HARNESS], input=b"{}\n", capture_output=True, check=False, timeout=60
                )
                kind = (
                    b"python-too-old"
                    if b"Python 3.8" in done.stdout or b"Python 3.9" in done.stdout
                    else b"bad-request"
                )
                self.assertIn(kind, done.stdout, done.stderr)

    def test_nothing_of_the_working_folder_is_imported(self):
        """Not even where an empty entry of PYTHONPATH would have it."""
        folder = tempfile.mkdtemp()
        for name in ("json", "torch", "signal", "kernel_lens_harness", "subprocess"):
            with open(os.path.join(folder, f"{name}.py"), "w", encoding="utf-8") as file:
                file.write("import os\nos.write(1, b'hijacked\\n')\nos._exit(9)\n")
        for path in ("", os.pathsep, folder):
            with self.subTest(path):
                done = subprocess.run(
                    [sys.executable, "-B", HARNESS],
                    input=b"{}\n",
                    capture_output=True,
                    check=False,
                    timeout=60,
                    cwd=folder,
                    env={**os.environ, "PYTHONPATH": path},
                )
                self.assertIn(b"bad-request", done.stdout)
                self.assertNotIn(b"hijacked", done.stdout + done.stderr)


class Causes(unittest.TestCase):
    def test_each_says_what_and_what_to_do(self):
        for kind, _, cause, advice in KNOWN:
            with self.subTest(kind):
                self.assertTrue(cause.endswith(".") and advice.endswith("."))

    def test_messages_of_the_library_that_is_installed(self):
        """Its own words, so that a release that words them otherwise is noticed."""
        files = importlib.metadata.files("kernels") or []
        text = "".join(
            path.read_text(encoding="utf-8") for path in files if path.suffix == ".py" and "cli" not in path.parts
        )
        for words, kind in (
            ("could not verify publisher trust", "trust-unknown"),
            ("is not from a trusted publisher", "untrusted"),
            ("Cannot find a build variant for this system", "no-variant"),
            ("A kernel version or revision must be specified", "no-version"),
        ):
            with self.subTest(words):
                self.assertIn(words, text)
                self.assertEqual(cause_of_message(words)[0], kind)


if __name__ == "__main__":
    unittest.main()
