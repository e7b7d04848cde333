"""The process that loads torch and kernels, and answers the supervisor's commands one at a time."""

import os
import sys
import threading
import time

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)

from kernel_lens_harness.channel import take_standard_input, take_standard_output  # noqa: E402
from kernel_lens_harness.commands import Commands  # noqa: E402

# The package is found from here on by itself; the folder's other files shall not stand before those of the user.
sys.path[:] = [path for path in sys.path if os.path.abspath(path or os.curdir) != FOLDER]
HEARTBEAT_S = 0.5


def main():
    channel = take_standard_output()
    end_with_parent()
    commands = Commands(take_standard_input())
    threading.Thread(target=beat, args=(channel,), daemon=True).start()
    from kernel_lens_harness.session import Session

    session = Session(channel, commands.is_stopped)
    try:
        for command in commands:
            session.answer(command)
    except BrokenPipeError:
        pass
    # Neither exit handlers of kernels nor threads of theirs may keep the device.
    os._exit(0)


def beat(channel):
    while True:
        try:
            channel.send("heartbeat")
        except OSError:
            os._exit(0)
        time.sleep(HEARTBEAT_S)


def end_with_parent():
    """On Linux the system ends us when the supervisor is gone, however stuck we are."""
    if sys.platform != "linux":
        return
    import ctypes

    try:
        ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)
    except (OSError, AttributeError):
        pass


if __name__ == "__main__":
    main()
