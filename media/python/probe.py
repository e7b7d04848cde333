# What this interpreter offers to GPU kernels, as one line of JSON. Imports nothing but the standard library, torch least
# of all: that takes seconds. This file has to be readable to every Python there ever was, so that an old one can say so.
import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
OLDEST = (3, 8)


def main():
    if sys.version_info[:2] < OLDEST:
        version = ".".join(str(part) for part in sys.version_info[:3])
        sys.stdout.write('\n{"kernelLensProbe": 1, "tooOld": "%s"}\n' % version)
        return
    sys.path.insert(0, FOLDER)
    if sys.argv[1:] == ["--driver"]:
        import nvidia_driver

        nvidia_driver.print_facts()
        return
    import environment_facts

    # From here on the path, and what it leads to, are those that a program of the user's would have.
    sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder or os.curdir) != FOLDER]
    for name, module in list(sys.modules.items()):
        if os.path.dirname(getattr(module, "__file__", None) or "") == FOLDER:
            del sys.modules[name]
    environment_facts.print_facts(sys.argv[1:], os.path.join(FOLDER, "probe.py"))


if __name__ == "__main__":
    main()
