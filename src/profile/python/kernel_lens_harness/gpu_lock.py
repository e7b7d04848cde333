"""One measurement at a time on a device: two at once would time each other."""

import hashlib
import os
import time

if os.name == "nt":
    import msvcrt
else:
    import fcntl

TRY_EVERY_S = 0.05


class DeviceBusy(Exception):
    """Another process measures on the device. `holder`: its process id, or None where it cannot be read."""

    def __init__(self, holder):
        super().__init__("busy")
        self.holder = holder


class GpuLock:
    """A lock of the operating system on a file, which ends with the process whatever happens to it."""

    def __init__(self, folder, device):
        os.makedirs(folder, exist_ok=True)
        name = hashlib.sha256(device.encode()).hexdigest()[:12]
        self.path = os.path.join(folder, f"kernel-lens-python-{name}.lock")
        self._file = None

    def take(self, wait_s, is_cancelled):
        """Raises DeviceBusy when it could not be had within `wait_s` or the run was cancelled meanwhile; OSError."""
        file = open_shared(self.path)
        until = time.monotonic() + wait_s
        while not lock(file):
            if time.monotonic() >= until or is_cancelled():
                os.close(file)
                raise DeviceBusy(self._holder())
            time.sleep(TRY_EVERY_S)
        self._file = file
        self._tell_holder()

    def release(self):
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _holder_path(self):
        # Beside the lock: on Windows nobody else can read a locked file.
        return f"{self.path}.pid"

    def _tell_holder(self):
        try:
            note = open_shared(self._holder_path())
            os.ftruncate(note, 0)
            os.write(note, str(os.getpid()).encode())
            os.close(note)
        except OSError:
            pass  # Another user's: who holds the lock is then not known.

    def _holder(self):
        try:
            with open(self._holder_path(), encoding="ascii") as note:
                return int(note.read())
        except (OSError, ValueError):
            return None


def open_shared(path):
    """A descriptor of a file that other users' processes open as well; of theirs, one that can only be read."""
    # The folder may be anybody's: no link in it shall lead to a file elsewhere.
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o666)
    except PermissionError:
        return os.open(path, os.O_RDONLY | flags)


def lock(descriptor):
    """False while somebody else has it."""
    try:
        if os.name == "nt":
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
