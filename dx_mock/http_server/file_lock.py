"""A lock between processes: a file beside the one that it protects, which vanishes with its holder."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path


class AlreadyLocked(Exception):
    """Another process has the lock; the message names it."""


class FileLock:
    """A lock that is held from here on, until :meth:`release` or the end of the process, however it ends.

    The operating system holds it, not the file: what a killed process left behind locks nobody out.

    Raises:
        AlreadyLocked: If another process has it, or another holder in this one.
        OSError: If the file can't be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        while True:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
            if not _lock(handle):
                holder = os.read(handle, 20).decode("ascii", "replace").strip()
                os.close(handle)
                raise AlreadyLocked(f"process {holder}" if holder.isdigit() else "which is just starting")
            if _is_same(handle, path):
                break
            os.close(handle)  # its last holder has removed it meanwhile
        self._handle: int | None = handle
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())

    def release(self) -> None:
        """Remove the file and let others have the lock; releasing twice does no harm."""
        handle, self._handle = self._handle, None
        if handle is not None:
            if sys.platform != "win32":  # where an open file can't be removed
                with contextlib.suppress(OSError):
                    self.path.unlink()
            os.close(handle)


def _is_same(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        # A byte far behind the process id, which others must be able to read.
        os.lseek(handle, 1_000_000, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
