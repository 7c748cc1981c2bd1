"""Files of this package, read as Python reads modules: fakes of ``open`` and of file systems don't matter."""

from __future__ import annotations

import pkgutil


def read(package: str, name: str) -> str:
    """Return the text of a file that belongs to a package of ours.

    Raises:
        FileNotFoundError: If there is no such file.
    """
    content = pkgutil.get_data(package, name)
    if content is None:
        raise FileNotFoundError(f"{package} has no file {name}")
    return content.decode("utf-8")
