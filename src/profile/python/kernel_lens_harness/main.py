"""The supervising process: reads the request, runs it, and listens for its end meanwhile."""

import json
import os
import signal
import sys
import threading

from kernel_lens_harness.cause import cause_of_message
from kernel_lens_harness.channel import take_standard_input, take_standard_output
from kernel_lens_harness.request import RequestError, read_request
from kernel_lens_harness.supervisor import Supervisor

#: Whoever sends one of these wants all that was started here to end, too.
SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")


def run():
    """The exit code. What is asked comes on standard input, what is told goes out on standard output."""
    channel = take_standard_output()
    stdin = take_standard_input()
    try:
        status = answer(channel, stdin)
    except BrokenPipeError:
        status = "failed"  # Whoever asked is gone.
    except OSError as error:
        kind, cause, advice = cause_of_message(str(error))
        channel.send("error", kind=kind, cause=f"{cause} The system says: {error}.", advice=advice, fatal=True)
        channel.send("end", status="failed", reason=kind)
        status = "failed"
    sys.stderr.flush()
    # The listening thread may hold the reader's lock, which an orderly exit would wait for.
    os._exit(0 if status == "complete" else 1)


def answer(channel, stdin):
    channel.send("hello", python=sys.version.split()[0], executable=sys.executable, pid=os.getpid())
    try:
        request = read_request(read_document(stdin))
    except RequestError as error:
        advice = "Install Kernel Lens again, so that what asks and what measures are of one release."
        channel.send("error", kind="bad-request", cause=str(error), advice=advice, fatal=True)
        channel.send("end", status="failed", reason="bad-request")
        return "failed"
    cancelled = threading.Event()
    for name in SIGNALS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda number, frame: cancelled.set())
    threading.Thread(target=listen, args=(stdin, cancelled), daemon=True).start()
    return Supervisor(request, channel, cancelled).run()


def read_document(stdin):
    """The first JSON document, which may take several lines."""
    text = ""
    for line in stdin:
        text += line.decode("utf-8", "replace")
        if line.rstrip().endswith((b"}", b"]")):
            try:
                json.loads(text)
                return text
            except ValueError:
                continue
    return text


def listen(stdin, cancelled):
    """Sets `cancelled` at a line that says so, and at the end of the input: whoever asked is then gone."""
    for line in stdin:
        try:
            message = json.loads(line)
        except ValueError:
            continue
        if isinstance(message, dict) and message.get("cancel") is True:
            break
    cancelled.set()
