"""What a silent, slow, sleeping or dying child means, on a clock made by hand."""

import os
import queue
import threading
import unittest

import rig  # noqa: F401 puts the harness on the path
from kernel_lens_harness.child_process import PATIENCE_S
from kernel_lens_harness.conversation import SILENCE_LIMIT_S, SLEEP_S, TICK_S, Cancelled, Conversation, Lost

BEAT = {"type": "heartbeat"}
ANSWER = {"type": "answer", "case": {}}


def phase(limit_s, contender=None):
    return {"type": "phase", "text": "checking it", "contender": contender, "limitS": limit_s}


class Child:
    """Tells what it is given, a message after so many seconds: [(seconds, message), …]. None: it is gone."""

    def __init__(self, script, code=0, words=""):
        self.now, self._script, self._code, self._words = 100.0, list(script), code, words
        self.sent = []
        self.messages = self
        self.log = self

    def send(self, command):
        self.sent.append(command)

    def get(self, timeout):
        after, message = self._script[0] if self._script else (1e9, None)
        if after > timeout and not isinstance(message, Pause):
            self._script[:1] = [(after - timeout, message)]
            self.now += timeout
            raise queue.Empty
        self._script.pop(0)
        if isinstance(message, Pause):
            self.now += message.seconds
            raise queue.Empty
        self.now += after
        return message and dict(message)

    def exit_code(self):
        return self._code

    def last_words(self):
        return self._words


class Pause:
    """The machine sleeps."""

    def __init__(self, seconds):
        self.seconds = seconds


class Told:
    def __init__(self):
        self.events = []

    def send(self, type_, **fields):
        self.events.append({"type": type_, **fields})


def ask(script, limit_s=50, **options):
    child, told = Child(script, **options), Told()
    talk = Conversation(child, told, threading.Event(), lambda: child.now)
    return talk, told, lambda: talk.ask({"do": "case"}, limit_s)


class Asking(unittest.TestCase):
    def lost(self, script, **options):
        with self.assertRaises(Lost) as caught:
            ask(script, **options)[2]()
        return caught.exception

    def test_events_are_passed_on_and_heartbeats_are_not(self):
        _, told, run = ask(
            [(0.1, phase(None)), (0.1, BEAT), (0.1, {"type": "limits", "v": 1, "copyBytes": 3}), (0.1, ANSWER)]
        )
        self.assertEqual(run(), ANSWER)
        self.assertEqual([event["type"] for event in told.events], ["phase", "limits"])
        self.assertNotIn("v", told.events[1])

    def test_a_phase_has_a_limit(self):
        lost = self.lost([(0.1, phase(5, "slow")), *[(0.5, BEAT)] * 20])
        self.assertEqual((lost.problem["kind"], lost.contender), ("time-limit", "slow"))
        self.assertIn("checking it", lost.problem["cause"])

    def test_a_phase_without_one_has_that_of_the_command(self):
        self.assertEqual(self.lost([(0.1, phase(None)), *[(0.5, BEAT)] * 200]).problem["kind"], "time-limit")

    def test_silence(self):
        lost = self.lost([(0.1, phase(1000, "stuck"))])
        self.assertEqual((lost.problem["kind"], lost.contender), ("hang", "stuck"))
        self.assertIn(f"{SILENCE_LIMIT_S:.0f} s", lost.problem["cause"])

    def test_a_crash_is_the_contenders_that_ran(self):
        lost = self.lost([(0.1, phase(5, "bad")), (0.1, None)], code=-11, words="Segmentation fault")
        self.assertEqual(
            (lost.problem["kind"], lost.contender),
            ("crash", "bad") if os.name != "nt" else (lost.problem["kind"], "bad"),
        )
        self.assertEqual(lost.problem["detail"], "Segmentation fault")

    def test_a_closed_channel(self):
        self.assertEqual(self.lost([(0.1, None)], code=None).problem["kind"], "closed")

    def test_its_own_report_of_a_lost_device(self):
        message = {
            "type": "lost",
            "kind": "illegal-access",
            "cause": "c",
            "advice": "a",
            "contender": "k",
            "detail": None,
        }
        self.assertEqual(self.lost([(0.1, message)]).problem["kind"], "illegal-access")

    def test_cancelled(self):
        child, cancelled = Child([(0.1, BEAT)] * 50), threading.Event()
        cancelled.set()
        with self.assertRaises(Cancelled):
            Conversation(child, Told(), cancelled, lambda: child.now).ask({}, 50)

    def test_ending_a_child_leaves_time_for_the_rest_of_two_seconds(self):
        # The clean-up of strays and the tick in which a cancel is noticed come on top.
        self.assertLessEqual(sum(PATIENCE_S) + TICK_S + 0.3, 1.9)


class Sleeping(unittest.TestCase):
    def test_a_sleep_is_nobodys_time(self):
        talk, _, run = ask([(0.1, phase(5, "k")), (0, Pause(3600)), (0.5, BEAT), (0.5, ANSWER)])
        self.assertEqual(run(), ANSWER)
        self.assertAlmostEqual(talk.slept_s, 3600, delta=1)

    def test_after_a_sleep_limits_hold_again(self):
        _, _, run = ask([(0.1, phase(5, "k")), (0, Pause(3600)), *[(0.5, BEAT)] * 30])
        with self.assertRaises(Lost) as caught:
            run()
        self.assertEqual(caught.exception.problem["kind"], "time-limit")

    def test_a_slow_machine_does_not_sleep(self):
        talk, _, run = ask([(0, Pause(SLEEP_S * 0.9)), (0.1, ANSWER)])
        run()
        self.assertEqual(talk.slept_s, 0)

    def test_each_command_counts_for_itself(self):
        talk, _, run = ask([(0, Pause(60)), (0.1, ANSWER), (0.1, ANSWER)])
        run()
        run()
        self.assertEqual(talk.slept_s, 0)


class Clocks(unittest.TestCase):
    def passed(self, between, seconds, *more):
        begin = {"type": "clock", "at": "begin", "case": "c"}
        end = {"type": "clock", "at": "end", "case": "c", "seconds": seconds}
        _, told, run = ask([(0.1, begin), *more, (between, end), (0.1, ANSWER)])
        run()
        return [event["passed"] for event in told.events if event["type"] == "guard"]

    def test_a_child_that_tells_the_time(self):
        self.assertEqual(self.passed(0.15, 0.15), [True])

    def test_a_child_that_tells_half_of_it(self):
        self.assertEqual(self.passed(0.15, 0.075), [False])

    def test_after_a_sleep_clocks_are_not_compared(self):
        self.assertEqual(self.passed(0.15, 0.15, (0, Pause(60))), [])


if __name__ == "__main__":
    unittest.main()
