"""What the editor or the command line asks for, checked as far as the rest relies on it."""

import json

from kernel_lens_harness.channel import PROTOCOL

CONTENDER_KINDS = ("eager", "compile", "kernel", "function")
SOURCE_KINDS = ("scripts", "builtin", "function")
SIZES = ("quick", "default", "full")

#: What holds where the request does not say otherwise. Times in seconds.
METHOD = {
    "seed": 1,
    "seeds": 3,
    "targetHalfWidth": 0.005,
    "timeLimitS": 2.0,
    "caseLimitS": 120.0,
    "compileLimitS": 120.0,
    "loadLimitS": 600.0,
    "profiler": True,
    "limits": True,
    "edgeInputs": True,
}


class RequestError(Exception):
    """The request cannot be carried out as it is; says why."""


def read_request(text):
    """The request of one JSON document, with every default filled in. Raises RequestError."""
    try:
        request = json.loads(text)
    except ValueError as error:
        raise RequestError(f"The request is not JSON: {error}.") from None
    if not isinstance(request, dict) or request.get("v") != PROTOCOL:
        raise RequestError(f"The request is not of protocol {PROTOCOL}, the one this harness speaks.")
    sources = request.get("sources")
    contenders = request.get("contenders")
    if not isinstance(sources, list) or not sources:
        raise RequestError("The request names no source of workloads.")
    if not isinstance(contenders, list) or not contenders:
        raise RequestError("The request names no contender.")
    for source in sources:
        require_kind(source, SOURCE_KINDS, "source")
    for contender in contenders:
        require_kind(contender, CONTENDER_KINDS, "contender")
        check_contender(contender)
    ids = [contender["id"] for contender in contenders]
    if len(set(ids)) != len(ids):
        raise RequestError("Two contenders have the same id.")
    if request.get("mode", "compare") not in ("compare", "aa"):
        raise RequestError("The mode is neither compare nor aa.")
    size = request.get("size") or next((source["size"] for source in sources if source.get("size")), "default")
    if size not in SIZES:
        raise RequestError(f"The size is none of {', '.join(SIZES)}.")
    return {
        "device": "auto",
        "mode": "compare",
        "lockFolder": None,
        "lockWaitS": 0.0,
        "only": None,
        "planOnly": False,
        **request,
        "size": size,
        "sources": [{**source, "name": source.get("name") or source["kind"]} for source in sources],
        "method": {**METHOD, **(request.get("method") or {})},
    }


def require_kind(value, kinds, what):
    if not isinstance(value, dict) or value.get("kind") not in kinds:
        raise RequestError(f"A {what} has none of the kinds {', '.join(kinds)}.")


def check_contender(contender):
    if not isinstance(contender.get("id"), str) or contender["id"] == "":
        raise RequestError("A contender has no id.")
    if contender["kind"] != "kernel":
        return
    if "folder" in contender:
        return
    if "repo" not in contender:
        raise RequestError(f"The contender {contender['id']} names neither a repository nor a folder.")
    if ("version" in contender) == ("revision" in contender):
        raise RequestError(f"The contender {contender['id']} needs either a version or a revision.")
