"""Credentials for clients inside a mock, where the process has none of its own; the environment is not touched.

botocore asks a session for its credentials when a client is made, and the session asks one provider after the
other: the environment, files, programs, the metadata services.  While a mock is active the environment is
asked, and a profile if the code names one; then these are lent, so that nobody's real keys are read from a file
and no metadata service is asked.  They are lent for one client at a time: no session keeps them.

A program that a profile names (``credential_process``) is not run: it would ask AWS, or its user, in a process
that no mock sees.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from botocore.credentials import CredentialResolver, Credentials, ProcessProvider
from botocore.exceptions import PartialCredentialsError
from botocore.session import Session
from botocore.signers import RequestSigner

from dx_mock.process import current_world
from dx_mock.process.full_way import for_handlers_only, under_way
from dx_mock.support.patches import Patches

#: The access key and the secret that are lent.
LENT = "DXMOCK"
#: What credentials say of where they come from.
METHOD = "dx_mock"

#: Providers that ask a service on the network, which answers on AWS's own machines only.
_ON_THE_NETWORK = frozenset({"container-role", "iam-role"})

#: Classes with private members, which the stubs do not have.
_Resolver: Any = CredentialResolver
_Process: Any = ProcessProvider
_Session: Any = Session
_Signer: Any = RequestSigner

_patches = Patches()


class LentCredentials(Credentials):
    """Keys that stand for nobody: the default account."""

    def __init__(self, access_key: str = LENT) -> None:
        super().__init__(access_key, LENT, method=METHOD)


def install() -> None:
    """Lend credentials to whoever needs some inside a mock."""
    if _patches:
        return
    _patches.set(_Resolver, "load_credentials", _loading(_Resolver.load_credentials))
    _patches.set(_Process, "load", _not_running(_Process.load))
    _patches.set(_Session, "get_credentials", _keeping_nothing(_Session.get_credentials))
    _patches.set(_Signer, "get_auth_instance", _signing(_Signer.get_auth_instance))


def uninstall() -> None:
    """Put botocore back as it was."""
    _patches.undo()


def are_lent() -> bool:
    """Return whether the calling code is inside a mock that lets nothing out."""
    world = current_world.current()
    return world is not None and world.settings.others != "pass"


def to_ask(providers: Iterable[Any]) -> list[Any]:
    """Return the providers of a chain that are asked before credentials are lent."""
    asked = [each for each in providers if each.METHOD not in _ON_THE_NETWORK]
    # botocore leaves the environment out where the code names a profile; else it is all that counts.
    environment = [each for each in asked if each.METHOD == "env"]
    return environment or asked


def halves(problem: PartialCredentialsError, providers: Iterable[Any]) -> LentCredentials:
    """Return credentials for an environment with one half of some: what it has, and what is missing.

    Raises:
        PartialCredentialsError: If it is not the environment that has one half only.
    """
    for provider in providers:
        if provider.METHOD == "env":
            return LentCredentials(provider.environ.get("AWS_ACCESS_KEY_ID") or LENT)
    raise problem


def _loading(original: Any) -> Any:
    def load_credentials(self: Any) -> Any:
        if not are_lent():
            return original(self)
        providers = to_ask(self.providers)
        try:
            for provider in providers:
                found = provider.load()
                if found is not None:
                    return found
        except PartialCredentialsError as problem:
            return halves(problem, providers)
        return LentCredentials()

    return load_credentials


def _not_running(original: Any) -> Any:
    def load(self: Any) -> Any:
        return in_place_of_a_program(self) if are_lent() else original(self)

    return load


def in_place_of_a_program(provider: Any) -> LentCredentials | None:
    """Return what is lent where a profile names a program: keys of the account that the profile has, if any."""
    if hasattr(provider, "profile_config"):
        profile = provider.profile_config
    else:  # an older botocore
        profile = provider._load_config().get("profiles", {}).get(provider._profile_name, {})
    if profile.get("credential_process") is None:
        return None
    return LentCredentials(profile.get("aws_account_id") or LENT)


def _keeping_nothing(original: Any) -> Any:
    def get_credentials(self: Any) -> Any:
        found = original(self)
        if getattr(self._credentials, "method", "") == METHOD:
            self._credentials = None
        return found

    return get_credentials


def _signing(original: Any) -> Any:
    def get_auth_instance(
        self: Any,
        signing_name: Any,
        region_name: Any,
        signature_version: Any = None,
        request_credentials: Any = None,
        **more: Any,
    ) -> Any:
        if request_credentials is None and are_lent():
            request_credentials = to_sign_with(self._credentials)
        return original(self, signing_name, region_name, signature_version, request_credentials, **more)

    return get_auth_instance


def to_sign_with(credentials: Any) -> Credentials | None:
    """Return what signs in the place of a client's credentials, or None where they can do it themselves.

    A client that was made without any before the mock has none.  And those that would have to be got or renewed
    first (a role's, single sign-on) are taken as they are for calls that are answered here: nobody checks.
    """
    if credentials is None or for_handlers_only.get():
        return LentCredentials()
    if not under_way.get() or not hasattr(credentials, "_access_key"):
        return None
    if credentials._access_key is None:
        return LentCredentials()
    return Credentials(credentials._access_key, credentials._secret_key, credentials._token)
