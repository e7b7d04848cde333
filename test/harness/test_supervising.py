"""What the supervisor makes of what its children tell: whom it goes on without, and when it begins anew."""

import json
import queue
import tempfile
import threading
import unittest

from rig import activation
from kernel_lens_harness.request import read_request
from kernel_lens_harness.supervisor import Supervisor

OPENED = {"type": "answer", "opened": {"torch": "x"}}
SLEEP = "sleep"
CRASH = "crash"


def case_of(id_, **more):
    facts = {"id": id_, "workload": "w", "label": id_, "dtype": "float32", "shape": {}}
    return {
        **facts,
        "group": "w",
        "rank": 0,
        "must": True,
        "functions": [],
        "builtin": True,
        "baseline": "eager",
        **more,
    }


def done(command):
    event = {
        "id": command["id"],
        "status": "done",
        "rows": sorted({"eager", "k"} - set(command["skipped"])),
        "flags": [],
    }
    return {"type": "answer", "case": event}


class Child:
    """Answers commands from `plan`: by what it does, a function of the command, or a list of them, one for each time.

    A reply is a message, SLEEP before an answer, or CRASH while `k` runs.
    """

    def __init__(self, world):
        self._world, self._replies = world, queue.Queue()
        self.messages = self.log = self
        world.children.append(self)

    def send(self, command):
        command = json.loads(json.dumps(command))
        self._world.commands.append(command)
        reply = self._world.reply(command)
        for message in reply if isinstance(reply, list) else [reply]:
            self._replies.put(message)

    def get(self, timeout):
        message = self._replies.get_nowait()
        if message == SLEEP:
            self._world.now += 500
            raise queue.Empty
        return None if message == CRASH else dict(message)

    def exit_code(self):
        return -11

    def last_words(self):
        return ""

    def open_anew(self):
        return 0

    def end(self):
        self._world.ended += 1


class World:
    def __init__(self, **plan):
        self.now, self.children, self.commands, self.events, self.ended = 0.0, [], [], [], 0
        self._plan = {
            "open": OPENED,
            "load": {"type": "answer", "kernels": []},
            "plan": {"type": "answer", "cases": [case_of("a"), case_of("b")], "left": []},
            "case": done,
            "finish": {"type": "answer"},
            **plan,
        }

    def reply(self, command):
        reply = self._plan[command["do"]]
        if isinstance(reply, list):
            reply = reply.pop(0) if len(reply) > 1 else reply[0]
        return reply(command) if callable(reply) else reply

    def send(self, type_, **fields):
        self.events.append({"type": type_, **fields})

    def run(self, **more):
        request = read_request(json.dumps({"v": 1, **activation([{"id": "k", "kind": "function"}]), **more}))
        status = Supervisor(request, self, threading.Event(), lambda tell: Child(self), lambda: self.now).run()
        return status

    def of(self, type_):
        return [event for event in self.events if event["type"] == type_]


def running(contender, *then):
    return [{"type": "phase", "text": "checking", "contender": contender, "limitS": None}, *then]


class Supervising(unittest.TestCase):
    def test_a_run(self):
        world = World()
        self.assertEqual(world.run(), "complete")
        self.assertEqual([case["id"] for case in world.of("case")], ["a", "b"])
        self.assertEqual((len(world.children), world.ended), (1, 1))
        self.assertEqual(world.events[-1]["type"], "end")

    def test_a_crash_costs_one_contender(self):
        world = World(case=[lambda command: running("k", CRASH), done])
        self.assertEqual(world.run(), "complete")
        self.assertEqual([case["rows"] for case in world.of("case")], [["eager"], ["eager", "k"]])
        self.assertEqual(
            [command["skipped"].get("k", {}).get("kind") for command in world.commands if command["do"] == "case"],
            [None, "crash", None],
        )
        self.assertEqual(len(world.children), 2)

    def test_a_crash_of_the_baseline_costs_the_case(self):
        world = World(case=[lambda command: running("eager", CRASH), done])
        world.run()
        self.assertEqual([case["status"] for case in world.of("case")], ["failed", "done"])

    def test_a_crash_of_nobody_costs_the_case(self):
        world = World(case=[lambda command: CRASH, done])
        world.run()
        self.assertEqual([case["status"] for case in world.of("case")], ["failed", "done"])

    def test_after_a_sleep_a_case_is_measured_again_by_a_new_child(self):
        world = World(case=[lambda command: [SLEEP, done(command)], done])
        world.run()
        first, second = world.of("case")
        self.assertEqual([(one["id"], one["severity"]) for one in first["flags"]], [("slept", "info")])
        self.assertEqual(second["flags"], [])
        self.assertEqual(len(world.children), 2)

    def test_a_second_sleep_is_a_warning(self):
        world = World(case=lambda command: [SLEEP, done(command)])
        world.run()
        self.assertEqual([one["severity"] for one in world.of("case")[0]["flags"]], ["warning"])

    def test_a_child_that_dies_in_its_sleep_is_no_crash(self):
        world = World(case=[lambda command: running("k", SLEEP, CRASH), done])
        world.run()
        self.assertEqual(world.of("case")[0]["rows"], ["eager", "k"])

    def test_a_kernel_that_ends_the_process_when_it_is_loaded(self):
        facts = {"type": "answer", "kernels": [{"contender": "k", "problem": {"kind": "crash"}}]}
        world = World(load=[lambda command: running("k", CRASH), facts])
        self.assertEqual(world.run(), "complete")
        self.assertEqual(
            [command["unloadable"].get("k", {}).get("kind") for command in world.commands if command["do"] == "load"],
            [None, "crash"],
        )
        self.assertEqual([event["contender"] for event in world.of("kernel")], ["k"])

    def test_kernels_are_told_once(self):
        facts = {"type": "answer", "kernels": [{"contender": "k", "problem": None}]}
        world = World(load=facts, case=[lambda command: running("k", CRASH), done])
        world.run()
        self.assertEqual(len(world.of("kernel")), 1)

    def test_a_device_that_cannot_be_opened_ends_the_run(self):
        problem = {"kind": "no-gpu", "cause": "c", "advice": "a", "detail": None}
        world = World(open={"type": "answer", "error": problem})
        self.assertEqual(world.run(), "failed")
        self.assertEqual([(one["kind"], one["fatal"]) for one in world.of("error")], [("no-gpu", True)])

    def test_a_device_that_is_gone_after_a_case_ends_the_run_and_rows_stand(self):
        problem = {"kind": "no-gpu", "cause": "c", "advice": "a", "detail": None}
        world = World(
            open=[OPENED, {"type": "answer", "error": problem}], case=[done, lambda command: running("k", CRASH)]
        )
        self.assertEqual(world.run(), "failed")
        self.assertEqual([case["id"] for case in world.of("case")], ["a"])

    def test_a_source_that_ends_the_process_costs_itself(self):
        request = activation([])
        sources = [{"kind": "scripts", "name": "bad", "scripts": []}, *request["sources"]]
        world = World(plan=[lambda command: CRASH, {"type": "answer", "cases": [case_of("a")], "left": []}])
        self.assertEqual(world.run(sources=sources), "complete")
        self.assertEqual([(one["source"], one["fatal"]) for one in world.of("error")], [("bad", False)])
        self.assertEqual(len(world.of("case")), 1)

    def test_only_planned(self):
        world = World()
        world.run(planOnly=True)
        self.assertEqual((len(world.of("plan")[0]["cases"]), world.of("case")), (2, []))

    def test_what_is_left_out_is_told_with_its_reason(self):
        cases = [case_of(str(number), must=False, rank=number) for number in range(9)]
        left = {"id": "x", "workload": "w", "label": "x", "reason": "has none"}
        world = World(plan={"type": "answer", "cases": cases, "left": [left]})
        world.run()
        plan = world.of("plan")[0]
        self.assertEqual((len(plan["cases"]), len(plan["left"])), (3, 7))
        self.assertEqual(plan["left"][-1], left)
        self.assertEqual(set(plan["cases"][0]), {"id", "workload", "label", "dtype", "shape"})

    def test_a_folder_that_cannot_hold_a_lock_is_told(self):
        with tempfile.NamedTemporaryFile() as file:
            world = World()
            self.assertEqual(world.run(lockFolder=file.name), "complete")
        self.assertEqual([event["id"] for event in world.of("flag")], ["unlocked"])


if __name__ == "__main__":
    unittest.main()
