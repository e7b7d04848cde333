"""Measures Python code and kernels: docs/harness.md says what it is asked and what it tells. Never imports torch.

python harness.py
"""

import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
OLDEST = (3, 10)


def main():
    # Older Pythons, which this file alone must suit, get as far as here.
    if sys.version_info[:2] < OLDEST:
        sys.stdout.write(
            '{"v":1,"type":"error","kind":"python-too-old","cause":"This is Python %s.",'
            '"advice":"Measuring needs Python 3.10 or newer: choose another interpreter.","fatal":true}\n'
            '{"v":1,"type":"end","status":"failed","reason":"python-too-old"}\n' % sys.version.split()[0]
        )
        return 1
    # The folder is the extension's, and may be shared or read-only.
    sys.dont_write_bytecode = True
    leave_out_working_folder()
    sys.path.insert(0, FOLDER)
    from kernel_lens_harness.main import run

    return run()


def leave_out_working_folder():
    """A json.py of the folder that this was started in is not Python's; an empty entry of PYTHONPATH would find it."""
    here = os.path.realpath(os.curdir)
    library = os.path.realpath(os.path.dirname(os.__file__))
    sys.path[:] = [path for path in sys.path if os.path.realpath(path) != here or here == library]


if __name__ == "__main__":
    sys.exit(main())
