"""What is compared: PyTorch as it is, compiled by it, kernels, and functions of the user's."""

import sys

from kernel_lens_harness.cause import cause_of_message
from kernel_lens_harness.kernel_facts import build_folder, kernel_facts, read_metadata
from kernel_lens_harness.load_kernel import load_kernel


class Contender:
    """`module`: the kernel's; None for those of PyTorch. `problem`: why it cannot be had, or None."""

    def __init__(self, spec, module=None, problem=None):
        self.id = spec["id"]
        self.kind = spec["kind"]
        self.spec = spec
        self.module = module
        self.problem = problem
        #: A compiled reference by what it is compiled from: compiled once a case.
        self.compiled = {}
        #: What of torch and the clocks its code has replaced, by name.
        self.replaced = set()

    @property
    def label(self):
        return self.spec.get("label") or {"eager": "PyTorch", "compile": "torch.compile"}.get(self.kind) or self.id


class SameName(Exception):
    """Python finds the parts of a kernel by its id: with two of one id, each would run parts of the other."""

    kind = "same-id"
    advice = "Measure the two in runs of their own."

    def __init__(self, name):
        super().__init__(name)
        self.cause = f"Another kernel of this run has the same id, {name}, and one process cannot hold both."


class Kernels:
    """Loads kernels, each once."""

    def __init__(self, originals):
        self._originals = originals
        self._loaded = {}
        #: Folder and module of each build, by the id in its metadata.
        self._ids = {}

    def load(self, spec):
        """(module or None, problem or None, names of what its code has replaced)."""
        key = tuple(spec.get(part) for part in ("folder", "repo", "version", "revision", "trust"))
        if key not in self._loaded:
            self._loaded[key] = (*self._load(spec), self._originals.replaced())
        return self._loaded[key]

    def _load(self, spec):
        try:
            module = load_kernel(spec)
            self._require_own_id(module)
            return module, None
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: B036 a kernel's own code runs here, and may call exit
            return None, problem_of_error(error)

    def _require_own_id(self, module):
        folder = build_folder(getattr(module, "__file__", None) or "")
        name = read_metadata(folder).get("id")
        if not isinstance(name, str):
            return
        first_folder, first = self._ids.setdefault(name, (folder, module))
        if first_folder != folder:
            sys.modules[name] = first
            raise SameName(name)


def load_contenders(request, originals, unloadable, phase):
    """(all contenders of the request, facts of each kernel). Those that cannot be loaded carry their problem.

    `unloadable`: problems, by contender, of those that are not to be tried again.
    """
    contenders, facts = [], []
    kernels = Kernels(originals)
    for spec in in_mode(request):
        if spec["kind"] != "kernel":
            contenders.append(Contender(spec))
            continue
        if spec["id"] in unloadable:
            module, problem, replaced = None, unloadable[spec["id"]], ()
        else:
            phase(f"loading {spec.get('repo') or spec.get('folder')}", spec["id"], request["method"]["loadLimitS"])
            module, problem, replaced = kernels.load(spec)
        told = kernel_facts(module, spec) if module is not None else {"problem": problem}
        facts.append({"contender": spec["id"], **told})
        contender = Contender(spec, module, problem)
        contender.replaced.update(replaced)
        contenders.append(contender)
    return contenders, facts


def problem_of_error(error):
    text = text_of_error(error)
    if hasattr(error, "kind") and hasattr(error, "advice"):
        # One of ours, which has said it all but for what it came from.
        text = text_of_error(error.__cause__) if error.__cause__ is not None else None
        problem = (error.kind, error.cause, error.advice)
    elif isinstance(error, SystemExit):
        advice = "A kernel or a workload must not call exit: report it to its authors."
        problem = ("exit-called", "The code called exit.", advice)
    else:
        problem = cause_of_message(text)
    return {"kind": problem[0], "cause": problem[1], "advice": problem[2], "detail": text and text[:2000]}


def text_of_error(error):
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: B902 its class is of others, too
        return type(error).__name__


def in_mode(request):
    """The contenders to run; in an A/A run the first kernel, or else the first at all, twice."""
    specs = request["contenders"]
    if request["mode"] != "aa":
        return specs
    chosen = next((spec for spec in specs if spec["kind"] == "kernel"), specs[0])
    label = chosen.get("label") or chosen["id"]
    return [chosen, {**chosen, "id": f"{chosen['id']}#2", "label": f"{label}, again"}]
