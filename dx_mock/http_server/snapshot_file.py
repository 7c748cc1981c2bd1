"""The file in which ``dx-mock serve`` keeps its world."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from dx_mock.http_server.file_lock import AlreadyLocked, FileLock
from dx_mock.support.misuse import Misuse
from dx_mock.world.snapshot import check_text


class SnapshotFile:
    """The file from which a server begins, and in which it saves its world at the end.

    That it can be written is found out at once, by making the temporary file that :meth:`save` makes.  It is
    locked until :meth:`close`: of two servers the one that ends last would win.

    Raises:
        Misuse: If it can't be written, or another process has it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._target = Path(os.path.realpath(path))  # a symbolic link is kept, its target is written
        try:
            if self._target.is_dir():
                raise IsADirectoryError("it is a directory")
            if self._target.exists() and not _is_writable(self._target):
                raise PermissionError("it is read-only")
            self._lock = FileLock(self._target.with_name(f".{self._target.name}.lock"))
        except AlreadyLocked as locked:
            raise Misuse(f"the snapshot {path} is that of another server, {locked}") from None
        except (OSError, ValueError) as problem:
            raise Misuse(f"can't write the snapshot {path}: {_reason(problem)}") from None
        try:
            self._remove_leftovers()
            with self._new():
                pass
            self._new_path.unlink()
        except (OSError, ValueError) as problem:
            self.close()
            raise Misuse(f"can't write the snapshot {path}: {_reason(problem)}") from None

    def close(self) -> None:
        """Let other servers have the file."""
        self._lock.release()

    @property
    def _new_path(self) -> Path:
        return self._target.with_name(f".{self._target.name}.{os.getpid()}.tmp")

    def _remove_leftovers(self) -> None:
        """Remove temporary files of processes that were killed while they saved."""
        start, end = f".{self._target.name}.", ".tmp"
        for each in self._target.parent.iterdir():
            if each.name.startswith(start) and each.name.endswith(end):
                word = each.name[len(start) : -len(end)]
                if word.isdigit() and (int(word) == os.getpid() or not _runs(int(word))):
                    each.unlink(missing_ok=True)

    def _new(self) -> Any:
        return open(self._new_path, "w", encoding="utf-8")

    def load(self) -> Any:
        """Return the contents of the file; None if there is none.

        Raises:
            Misuse: If it can't be read, or is not JSON.
        """
        try:
            content = self._target.read_bytes()
            check_text(content)
            return json.loads(content.decode())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as problem:
            raise Misuse(f"can't read the snapshot {self.path}: {_reason(problem)}") from None

    def save(self, snapshot: Any) -> None:
        """Replace the file in one step, so that a process killed meanwhile leaves the old file whole.

        Raises:
            OSError: If it can't be written.
        """
        try:
            with self._new() as file:
                with contextlib.suppress(FileNotFoundError):
                    os.chmod(self._new_path, self._target.stat().st_mode & 0o777)
                json.dump(snapshot, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(self._new_path, self._target)
        except BaseException:
            with contextlib.suppress(OSError):
                self._new_path.unlink()
            raise

    def save_somewhere(self, snapshot: Any) -> None:
        """Save it, if need be in another place, so that a full disk loses nothing.

        Raises:
            Misuse: If it had to be saved elsewhere, or could not be saved; the message says where.
        """
        try:
            self.save(snapshot)
        except OSError as problem:
            text = f"can't write the snapshot {self.path}: {_reason(problem)}"
            try:
                handle, name = tempfile.mkstemp(prefix="dx-mock-", suffix=".json")
            except OSError:
                raise Misuse(text) from None
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(snapshot, file)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise Misuse(text) from None
            raise Misuse(f"{text}; it is in {name} instead") from None


def _reason(problem: BaseException) -> str:
    """Return what went wrong, without the path, which the message names already."""
    strerror = getattr(problem, "strerror", None)
    return strerror or ("it is nested too deeply" if isinstance(problem, RecursionError) else str(problem))


def _is_writable(path: Path) -> bool:
    """Return whether a file may be written; root may write what nobody may, but was not asked to."""
    return os.access(path, os.W_OK) and bool(path.stat().st_mode & 0o222)


def _runs(pid: int) -> bool:
    """Return whether a process with an id runs on this machine."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
