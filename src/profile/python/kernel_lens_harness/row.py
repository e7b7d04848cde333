"""What became of one contender in one case, as it goes into the event."""

from kernel_lens_harness.compare_output import is_right
from kernel_lens_harness.task import flag

#: Less exact than PyTorch by this factor, in the root mean square, is worth saying where it is within the tolerance.
MUCH_LESS_EXACT = 8


class Row:
    def __init__(self, contender, baseline):
        self.contender = contender
        self.is_baseline = baseline
        self.status = "timed"
        self.problem = None
        #: A check is a list of outputs; `form` and `seed` say of what inputs.
        self.before = []
        self.after = []
        self.inputs_unchanged = True
        self.oracle = False
        self.guards = []
        self.flags = []
        self.facts = {"compileMs": None, "launches": None, "peakBytes": None, "hostNs": None}
        self.timing = None
        self.inexact = None
        #: The workload reads what is in its output: what many runs wrote is not what one would.
        self.adds_to_output = False

    @property
    def alive(self):
        return self.status == "timed"

    def fail(self, problem):
        self.status, self.problem = "failed", problem

    def wrong(self, kind, cause):
        if self.status == "timed":
            self.status = "wrong"
            self.problem = {
                "kind": kind,
                "cause": cause,
                "advice": "Do not use this kernel for this workload as it is; report it to its authors.",
                "detail": None,
            }

    def add_check(self, where, form, seed, checked):
        if checked.problem is not None:
            self.wrong("wrong-output", f"{checked.problem}.")
        if checked.changed:
            self.inputs_unchanged = False
            self.wrong("changed-inputs", f"It changed its input {', '.join(checked.changed)}.")
        self.oracle = self.oracle or bool(checked.checks)
        (self.before if where == "before" else self.after).append(
            {"form": form, "seed": seed, "outputs": checked.checks}
        )

    def hold_against(self, baseline):
        """Wrong when an output is beyond the tolerance and beyond twice the error of a baseline that is right."""
        own = merged(baseline) if baseline is not None and baseline is not self else {}
        for where, checks in (("", self.before), (", in what the timed runs wrote", self.after)):
            for check in checks:
                for output in check["outputs"]:
                    if is_right(output, own.get(output["output"])):
                        continue
                    if self.is_baseline and self.contender.kind == "eager":
                        # What all are held against is timed whatever its error, and its error is said.
                        self.inexact = f"{describe(output)}{where} ({check['form']} inputs)."
                    else:
                        self.wrong("wrong-values", f"{describe(output)}{where} ({check['form']} inputs).")
        if self.inexact is not None:
            self.flags = [one for one in self.flags if one["id"] != "inexact-baseline"]
            self.flags.append(
                flag("inexact-baseline", "warning", f"PyTorch itself is beyond the tolerance: {self.inexact}")
            )
        errors, base = rms(self), rms(baseline) if baseline is not None else None
        self.flags = [one for one in self.flags if one["id"] != "less-exact"]
        if errors is not None and base and errors > MUCH_LESS_EXACT * base:
            self.flags.append(
                flag(
                    "less-exact",
                    "info",
                    f"Its error is {errors / base:.1f} times that of PyTorch, against the same exact result.",
                )
            )

    def event(self):
        contender = self.contender
        return {
            "contender": {
                "id": contender.id,
                "kind": contender.kind,
                "label": contender.label,
                "baseline": self.is_baseline,
            },
            "status": self.status,
            "problem": self.problem,
            "accuracy": {
                "oracle": self.oracle,
                "inputsUnchanged": self.inputs_unchanged,
                "before": self.before,
                "after": self.after,
            },
            "timing": self.timing if self.status == "timed" else None,
            **self.facts,
            "guards": self.guards,
            "flags": self.flags,
        }


def merged(row):
    """For each output the check with the largest error, of those before timing."""
    largest = {}
    for check in row.before:
        for output in check["outputs"]:
            other = largest.get(output["output"])
            if other is None or (output["maxRel"] or 0) > (other["maxRel"] or 0) or output["wrong"] > other["wrong"]:
                largest[output["output"]] = output
    return largest


def rms(row):
    """The largest root mean square error over random inputs; None when there is none."""
    values = [output["rms"] for check in row.before if check["form"] == "random" for output in check["outputs"]]
    values = [value for value in values if value is not None]
    return max(values) if values else None


def describe(output):
    name = f"{output['output']}: "
    if output["unwritten"] > 0:
        return f"{name}{output['unwritten']} of {output['elements']} elements never written"
    worst = output["worst"]
    at = "" if worst is None else f", {worst['got']} instead of {worst['want']} at {worst['coordinates']}"
    return f"{name}{output['wrong']} of {output['elements']} elements wrong{at}"
