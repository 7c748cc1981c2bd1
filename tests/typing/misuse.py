"""What type checkers refuse.  Never run: each comment says which refusal, and one that is not needed is an error."""

from __future__ import annotations

import dx_mock
from dx_mock import MockDirectConnect, Quirks, Quotas, directconnect_marker, mock_directconnect

mock_directconnect(provisionning="manual")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
mock_directconnect(provisioning="by hand")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
mock_directconnect(release="2018-01-01")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
mock_directconnect(quotas={"lags": 1})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
dx_mock.install(sead=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
dx_mock.server(leftovers="fail")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
directconnect_marker(leftovers="delete")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
dx_mock.mock_direct_connect  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]  # noqa: B018

quotas: Quotas = {"lags_per_region": "1"}  # type: ignore[typeddict-item]  # pyright: ignore[reportAssignmentType]
quirks: Quirks = {"device_placement": "random"}  # type: ignore[typeddict-item]  # pyright: ignore[reportAssignmentType]


@mock_directconnect
def double(number: int) -> int:
    """Be decorated."""
    return 2 * number


double("2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def misread(dx: MockDirectConnect) -> None:
    """Look for what is not there."""
    dx.calls[-1].error.kode  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue]  # noqa: B018
    dx.faults.add(error=1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    dx.clock.advance(months=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
