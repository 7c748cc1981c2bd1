"""All doors, opened by the first mock of the process and closed by the last."""

from __future__ import annotations

from dx_mock.integrations import cloudformation, cloudwatch, iam, tagging
from dx_mock.interception import botocore, http, late, moto


def open_all() -> None:
    """Let every kind of traffic in; libraries that are not loaded yet get their door when they are."""
    botocore.install()
    http.install()
    late.when_imported("requests.adapters", http.install_requests)
    late.when_imported(moto.MODULE, moto.install)
    late.when_imported(tagging.MODULE, tagging.install)
    late.when_imported(cloudwatch.MODULE, cloudwatch.install)
    late.when_imported(iam.MODULE, iam.install)
    late.when_imported(cloudformation.MODULE, cloudformation.install)


def close_all() -> None:
    """Put everything back as it was."""
    late.stop_waiting()
    cloudformation.uninstall()
    iam.uninstall()
    cloudwatch.uninstall()
    tagging.uninstall()
    moto.uninstall()
    http.uninstall()
    botocore.uninstall()
