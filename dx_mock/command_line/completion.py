"""The command ``dx-mock completion``: a script with which a shell completes commands, options and values."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from dx_mock.conform.questions import LEVELS
from dx_mock.engine.settings import Provisioning
from dx_mock.rules.releases import RELEASES
from dx_mock.support.misuse import Misuse

SHELLS = ("bash", "zsh", "tcsh")

#: option -> its values; the commands themselves leave the check, and its words, to those that use them
_VALUES: Mapping[str, Iterable[str]] = {
    "--level": LEVELS,
    "--provisioning": get_args(Provisioning),
    "--release": RELEASES,
}
_FILES = frozenset({"--against", "--html", "--save", "--snapshot", "--topology"})


def add_parser(commands: Any) -> None:
    """Add the command to those of ``dx-mock``."""
    completion = commands.add_parser(
        "completion",
        help="print a script that lets a shell complete this command",
        description="Prints a script for a shell; it needs the extra dx-mock[completion].",
        epilog="bash: dx-mock completion bash > ~/.local/share/bash-completion/completions/dx-mock",
    )
    completion.set_defaults(parser=completion)
    completion.add_argument("shell", choices=SHELLS, help=", ".join(SHELLS))


def run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Print the script.

    Raises:
        Misuse: If the library that writes it is not installed.
    """
    try:
        import shtab
    except ImportError:
        raise Misuse(
            "completion needs a package that is not installed: pip install 'dx-mock[completion]'"
        ) from None
    for action in _actions(parser):
        for name in action.option_strings:
            if name in _VALUES:
                action.choices = list(_VALUES[name])
            elif name in _FILES:
                action.complete = shtab.FILE  # type: ignore[attr-defined]
    print(shtab.complete(parser, options.shell))


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield the options of a command and of those below it."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from _actions(each)
