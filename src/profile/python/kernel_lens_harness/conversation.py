"""A command to the child and its answer, with all that may come instead: silence, a crash, a cancelled run."""

import queue

from kernel_lens_harness.cause import cause_of_exit
from kernel_lens_harness.uptime import uptime

#: Without a sign of life for this long a child is taken for hung: a heartbeat comes each half second, but code that
#: holds the interpreter's lock, as compilers and drivers do for seconds, keeps it back.
SILENCE_LIMIT_S = 90.0
TICK_S = 0.2
#: A tick that took this much longer means that the machine slept or stood still.
SLEEP_S = 10.0
#: The child's clock may differ from ours by this share, plus what a message takes.
CLOCK_SHARE = 0.1
CLOCK_SLACK_S = 0.02


class Cancelled(Exception):
    pass


class Lost(Exception):
    """The child is of no use any more. `contender`: what it was running, or None."""

    def __init__(self, kind, cause, advice, contender, detail=None):
        super().__init__(kind)
        self.contender = contender
        self.problem = {"kind": kind, "cause": cause, "advice": advice, "detail": detail}


class Conversation:
    """`slept_s`: how long the machine slept since the last command. `now`: a clock, in seconds, that goes on then."""

    def __init__(self, child, channel, cancelled, now=uptime):
        self.child = child
        self.slept_s = 0.0
        self._channel = channel
        self._cancelled = cancelled
        self._now = now
        self._phase = {"text": "", "contender": None}
        self._phase_end = None
        self._clock = {}

    def ask(self, command, limit_s):
        """The answer's fields. `limit_s` holds while no phase has a limit of its own. Raises Lost or Cancelled."""
        self._phase = {"text": "starting", "contender": None}
        self._phase_end = None
        self.slept_s = 0.0
        self.child.send(command)
        began = heard = ticked = self._now()
        while True:
            if self._cancelled.is_set():
                raise Cancelled
            message = self._next_message()
            now = self._now()
            if now - ticked - TICK_S > SLEEP_S:
                # None of it was the child's: its time goes on from here.
                slept = now - ticked
                self.slept_s += slept
                began, heard = began + slept, now
                self._phase_end = None if self._phase_end is None else self._phase_end + slept
            ticked = now
            if message is None:
                raise self._ended()
            if message is not False:
                heard = now
                if message["type"] == "answer":
                    return message
                if message["type"] == "lost":
                    raise Lost(**{key: message[key] for key in ("kind", "cause", "advice", "contender", "detail")})
                self._pass_on(message)
            if now - heard > SILENCE_LIMIT_S:
                raise self._late("hang", f"nothing was heard for {SILENCE_LIMIT_S:.0f} s")
            if self._phase_end is not None and now > self._phase_end:
                raise self._late("time-limit", "it took longer than its time limit")
            if self._phase_end is None and now - began > limit_s:
                raise self._late("time-limit", f"it took longer than {limit_s:.0f} s")

    def _next_message(self):
        """None when there will be no more; False when there was none within a tick."""
        try:
            return self.child.messages.get(timeout=TICK_S)
        except queue.Empty:
            return False

    def _pass_on(self, message):
        type_ = message.pop("type")
        if type_ == "heartbeat":
            return
        if type_ == "clock":
            self._hold_clock(message)
            return
        if type_ == "phase":
            self._phase = message
            limit = message.get("limitS")
            self._phase_end = None if limit is None else self._now() + limit
        self._channel.send(type_, **{key: value for key, value in message.items() if key != "v"})

    def _hold_clock(self, message):
        """Holds the child's clock against ours, which nothing in the child can reach."""
        if message["at"] == "begin":
            self._clock[message["case"]] = self._now()
            return
        began = self._clock.pop(message["case"], None)
        # Clocks differ in whether they go on while the machine sleeps.
        if began is None or self.slept_s > 0:
            return
        ours, theirs = self._now() - began, message["seconds"]
        wrong = abs(ours - theirs) > CLOCK_SHARE * ours + CLOCK_SLACK_S
        text = f"the child's clock says {theirs:.3f} s, ours {ours:.3f} s"
        self._channel.send("guard", id="clock", case=message["case"], passed=not wrong, text=text)

    def _ended(self):
        code = self.child.exit_code()
        words = self.child.log.last_words()
        if code is None:
            return self._late(
                "closed", "it closed the channel that it answers on", "Report it to the authors of what ran."
            )
        kind, cause, advice = cause_of_exit(code, words)
        return Lost(kind, cause, advice, self._phase["contender"], words[-1000:] or None)

    def _late(self, kind, what, advice="Choose smaller shapes, or run without it."):
        cause = f"While {self._phase['text'] or 'working'}, {what}; it was ended."
        return Lost(kind, cause, advice, self._phase["contender"])
