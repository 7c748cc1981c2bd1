"""What a mock can be told, and the checks that say clearly what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, TypedDict, get_args

from dx_mock.rules.hosts import address_of, plain
from dx_mock.rules.quirks import QUIRKS, Quirks
from dx_mock.rules.quotas import QUOTAS, Quotas
from dx_mock.rules.releases import RELEASES, Release, ReleaseName
from dx_mock.support.clock import Follows
from dx_mock.support.suggestions import hint

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from dx_mock.engine.declarations import Declaration

Provisioning = Literal["auto", "manual", "timed"]
Others = Literal["moto", "block", "pass"]

_ACCOUNT = re.compile(r"[0-9]{12}")
#: a host name, or ``*.`` and a domain
_HOST = re.compile(r"(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?")


class MockSettings(TypedDict, total=False):
    """The keyword settings of a mock; each may be left out.  ``mock_directconnect`` says what they mean."""

    provisioning: Provisioning
    partners: Iterable[str] | Mapping[str, str] | None
    quotas: Quotas | None
    quirks: Quirks | None
    release: ReleaseName | None
    seed: int
    clock: Follows | None
    others: Others
    allow_hosts: Iterable[str] | None
    topology: str | PathLike[str] | Mapping[str, Any] | None
    share_botocore_files: bool


class MarkerSettings(MockSettings, total=False):
    """The keyword settings of pytest's marker: those of a mock, and what becomes of leftovers."""

    leftovers: Literal["ignore", "fail"]


def _one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}, not {value!r}")


def _known(
    what: str, name: object, names: Iterable[str], error: type[ValueError | TypeError] = ValueError
) -> None:
    known = list(names)
    if name in known:
        return
    raise error(f"unknown {what} {name!r}{hint(name, known, '.')} Known: {', '.join(known)}")


def _mapping(name: str, value: object) -> dict[Any, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping of names to values, not {value!r}")
    return dict(value)


@dataclass(frozen=True)
class Settings:
    """The checked settings of one mock.

    Raises:
        TypeError: If a setting has the wrong type.
        ValueError: If a setting has a value that is not among the known ones; the message lists them.
    """

    provisioning: Provisioning = "auto"
    #: ids of partners, with the names that their customers read
    partners: Mapping[str, str] = field(default_factory=dict)
    quotas: Mapping[str, int] = field(default_factory=lambda: dict(QUOTAS))
    quirks: Mapping[str, str] = field(
        default_factory=lambda: {name: quirk.default for name, quirk in QUIRKS.items()}
    )
    #: as it was asked for; what it sets is in quotas and quirks
    release: str | None = None
    seed: int = 0
    #: whether time begins at a fixed date and stands, or is the machine's and runs
    clock: Follows = "fixed"
    others: Others = "moto"
    #: hosts that may be reached, as they are compared: in small letters, ``*.`` and a domain for all of it
    allow_hosts: tuple[str, ...] = ()
    topology: Declaration | None = None
    share_botocore_files: bool = True

    @classmethod
    def check(cls, **given: Unpack[MockSettings]) -> Settings:
        """Return the settings from what a user wrote."""
        for name in given:
            _known("setting", name, MockSettings.__annotations__, TypeError)
        provisioning, others = given.get("provisioning", "auto"), given.get("others", "moto")
        _one_of("provisioning", provisioning, get_args(Provisioning))
        _one_of("others", others, get_args(Others))
        seed, sharing = given.get("seed", 0), given.get("share_botocore_files", True)
        clock: Follows | None = given.get("clock")
        if clock is not None:
            _one_of("clock", clock, get_args(Follows))
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise TypeError(f"seed must be an integer, not {seed!r}")
        if not isinstance(sharing, bool):
            raise TypeError(f"share_botocore_files must be True or False, not {sharing!r}")
        declared = _load(given.get("topology"))
        release: str | None = given.get("release")
        if release is None and declared is not None:
            release = declared.content.get("release")
        if clock is None:
            clock = declared.content.get("clock", "fixed") if declared is not None else "fixed"
        differences = _check_release(release)
        return cls(
            provisioning=provisioning,
            partners={
                **_check_partners(declared.content.get("partners") if declared else None),
                **_check_partners(given.get("partners")),
            },
            quotas=_check_quotas(given.get("quotas"), differences),
            quirks=_check_quirks(given.get("quirks"), differences),
            release=release,
            seed=seed,
            clock=clock,
            others=others,
            allow_hosts=_check_hosts(given.get("allow_hosts")),
            topology=declared,
            share_botocore_files=sharing,
        )


def _load(topology: object) -> Declaration | None:
    if topology is None:
        return None
    from dx_mock.engine.declarations import load

    return load(topology)


def check_account_id(name: str, value: object) -> str:
    """Return ``value`` as a 12-digit account id, or an error that names the setting."""
    if not isinstance(value, str) or not _ACCOUNT.fullmatch(value):
        raise ValueError(f"{name} must be a string of 12 digits, not {value!r}")
    return value


def _check_partners(partners: Iterable[str] | Mapping[str, str] | None) -> dict[str, str]:
    """Return the names of partners by their ids; one without a name is called by its id."""
    if partners is None:
        return {}
    if isinstance(partners, str) or not isinstance(partners, Iterable):
        raise TypeError(
            f"partners must be a list of account ids, or a mapping of ids to names, not {partners!r}"
        )
    ids = [check_account_id("an account id in partners", each) for each in partners]
    if not isinstance(partners, Mapping):
        return {each: f"Partner {each}" for each in ids}
    for name in partners.values():
        if not isinstance(name, str) or not name:
            raise ValueError(f"the name of a partner must be a string that is not empty, not {name!r}")
    return dict(partners)


def _check_hosts(allow_hosts: Iterable[str] | None) -> tuple[str, ...]:
    if allow_hosts is None:
        return ()
    if isinstance(allow_hosts, (str, bytes)) or not isinstance(allow_hosts, Iterable):
        raise TypeError(f"allow_hosts must be a list of hosts, not {allow_hosts!r}")
    return tuple(_check_host(each) for each in allow_hosts)


def _check_host(host: object) -> str:
    if not isinstance(host, str):
        raise TypeError(f"a host in allow_hosts must be a string, not {host!r}")
    name = plain(host)
    if not _HOST.fullmatch(name) and (not name or address_of(name) is None):
        raise ValueError(
            f"a host in allow_hosts must be a name or an address without scheme, port and path, such as "
            f"'minio.example.com' or '*.example.com', not {host!r}"
        )
    return name


def _check_release(release: object) -> Release:
    """Return what a release sets; nothing where it is left out."""
    if release is None:
        return Release({}, {})
    if not isinstance(release, str) or release not in RELEASES:
        known = ", ".join(map(repr, RELEASES))
        raise ValueError(
            f"release must be one of {known}, or None, which is the default, not {release!r}"
            f"{hint(release, RELEASES)}"
        )
    return RELEASES[release]


def _check_quotas(quotas: Quotas | None, release: Release) -> dict[str, int]:
    given = _mapping("quotas", {} if quotas is None else quotas)
    for name, value in given.items():
        _known("quota", name, sorted(QUOTAS))
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError(f"quota {name!r} must be a whole number of 0 or more, not {value!r}")
    return {**QUOTAS, **release.quotas, **given}


def _check_quirks(quirks: Quirks | None, release: Release) -> dict[str, str]:
    given = _mapping("quirks", {} if quirks is None else quirks)
    for name, value in given.items():
        _known("quirk", name, sorted(QUIRKS))
        _one_of(f"quirk {name!r}", value, QUIRKS[name].values)
    return {**{name: quirk.default for name, quirk in QUIRKS.items()}, **release.quirks, **given}
