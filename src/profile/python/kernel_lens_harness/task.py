"""One case as the runner sees it, wherever it comes from."""

from dataclasses import dataclass, field
from typing import Any, Callable


@dataclass
class Task:
    id: str
    #: What it is of: the workload's id, or `Class.method` of a script.
    workload: str
    label: str
    dtype: str
    shape: dict
    #: `make(seed, form)`: an InputSet; `form` is one of `forms`: `random`, `zeros`, `large`, `odd`.
    make: Callable[[int, str], Any]
    forms: tuple[str, ...] = ("random",)
    flops: int | None = None
    tolerance: float | None = None
    #: The contender that others are held against, by kind.
    baseline: str | None = "eager"
    oracle_text: str = "the reference in float64"
    flags: list = field(default_factory=list)
    #: What selection.py goes by.
    group: str = ""
    rank: int | None = 0
    must: bool = False
    functions: tuple[str, ...] = ()
    builtin: bool = False

    def facts(self):
        return {"id": self.id, "workload": self.workload, "label": self.label, "dtype": self.dtype, "shape": self.shape}

    def candidate(self):
        chosen_by = {"group": self.group, "rank": self.rank, "must": self.must, "builtin": self.builtin}
        return {**self.facts(), **chosen_by, "functions": list(self.functions)}


@dataclass
class Plan:
    """What a source has to offer."""

    tasks: list = field(default_factory=list)
    #: What it cannot offer, each with id, workload, label and reason.
    left: list = field(default_factory=list)
    #: What of it cannot be used: kind, cause, advice, detail, and perhaps the name of the part as `source`.
    problems: list = field(default_factory=list)


def flag(id_, severity, text):
    return {"id": id_, "severity": severity, "text": text}
