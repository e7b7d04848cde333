"""Which of all possible cases a run takes. A default run shall be short, and still have something of everything."""

#: Cases of a run, about.
MOST = {"quick": 4, "default": 12}
#: Ranks of a group that are taken where it is the only one, and where there are several.
ALONE = {"quick": 2, "default": 3}
AMONG = {"quick": 1, "default": 2}


def choose(candidates, size, only=None):
    """(cases to run, [{id, workload, label, reason}] of those left out), both in the order of `candidates`.

    A candidate has, beside what a case has: `group` (a workload, or a class of a script), `rank` (the order in which a
    group's cases are taken, equal ones together; None: in full runs only), `must` (the user named it), `functions`
    (names of what it asks a kernel for) and `builtin`. `only`: ids, which decide alone.
    """
    if only is not None:
        return [one for one in candidates if one["id"] in only], []
    if size == "full":
        return list(candidates), []
    scripted = {name for one in candidates if not one["builtin"] for name in one["functions"]}
    reasons = {}
    for one in candidates:
        covered = sorted(scripted.intersection(one["functions"])) if one["builtin"] and not one["must"] else []
        if covered:
            reasons[one["id"]] = f"The kernel's own benchmark script measures {covered[0]}."
    taken = taken_ids([one for one in candidates if one["id"] not in reasons], size)
    cases = [one for one in candidates if one["id"] in taken]
    left = [
        {**{key: one[key] for key in ("id", "workload", "label")}, "reason": reasons.get(one["id"]) or reason_of(size)}
        for one in candidates
        if one["id"] not in taken
    ]
    return cases, left


def taken_ids(candidates, size):
    taken = {one["id"] for one in candidates if one["must"]}
    groups = {}
    for one in candidates:
        if one["rank"] is not None:
            groups.setdefault(one["group"], {}).setdefault(one["rank"], []).append(one["id"])
    turns = [[ids for _, ids in sorted(ranks.items())] for ranks in groups.values()]
    for turn in range(turns_of(candidates, turns, size)):
        # One of each group before a second of any.
        for ranks in turns:
            ids = set(ranks[turn]) - taken if turn < len(ranks) else set()
            if not taken or len(taken) + len(ids) <= MOST[size]:
                taken |= ids
    return taken


def turns_of(candidates, turns, size):
    if len(turns) > 1:
        return AMONG[size]
    # What a script's class has is few, and its authors found it worth measuring.
    return ALONE[size] if candidates and candidates[0]["builtin"] else MOST[size]


def reason_of(size):
    return f"A {size} run takes about {MOST[size]} cases: name this one, or run in full."
