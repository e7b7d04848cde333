"""Runs the unittests of this folder and writes a JSON line for each: {"name", "state", "text", "seconds"}.

    python run_tests.py [names of modules, classes or tests]

`state` is `passed`, `failed` or `skipped`; `text` is what failed, or why it was skipped. What tests print goes to
standard error.
"""

import json
import os
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
# The tensors of the tests are small: threads would do nothing but wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")


class Lines(unittest.TestResult):
    def __init__(self, write):
        super().__init__()
        self._write = write
        self._began = time.monotonic()
        self._problems = []

    def startTest(self, test):
        super().startTest(test)
        self._problems = []

    def addSuccess(self, test):
        super().addSuccess(test)
        self._tell(test, "failed" if self._problems else "passed", "\n".join(self._problems))

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self._tell(test, "failed", self.failures[-1][1])

    def addError(self, test, error):
        super().addError(test, error)
        self._tell(test, "failed", self.errors[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._tell(test, "skipped", reason)

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self._problems.append(f"{subtest}\n{(self.failures + self.errors)[-1][1]}")

    def stopTest(self, test):
        super().stopTest(test)
        if self._problems:
            self._tell(test, "failed", "\n".join(self._problems))

    def _tell(self, test, state, text):
        self._problems = []
        now = time.monotonic()
        # Setting up a class or a module is no test, but its failure stands for all of them.
        self._write({"name": test.id(), "state": state, "text": text, "seconds": round(now - self._began, 3)})
        self._began = now


def main():
    os.chdir(HERE)
    sys.path.insert(0, HERE)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)

    def write(line):
        out.write(json.dumps(line) + "\n")
        out.flush()

    loader = unittest.defaultTestLoader
    names = sys.argv[1:]
    # test_*.py only: measure_*.py are programs.
    suite = loader.loadTestsFromNames(names) if names else loader.discover(HERE, pattern="test_*.py")
    result = Lines(write)
    suite.run(result)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
