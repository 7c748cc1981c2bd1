"""The metrics of AWS/DX in moto's CloudWatch (User Guide, "Monitor with Amazon CloudWatch")."""

from __future__ import annotations

import sys
from typing import Any

from dx_mock.support.patches import Patches

#: It imports the models; moto itself imports the models first, so that these alone are not enough.
MODULE = "moto.cloudwatch.responses"
_MODELS = "moto.cloudwatch.models"

_patches = Patches()


def install() -> None:
    """Answer for our namespace in moto's own service; what answers is imported only where that service is."""
    responses: Any = sys.modules.get(MODULE)
    models: Any = sys.modules.get(_MODELS)
    backend = getattr(models, "CloudWatchBackend", None)
    if backend is None or not hasattr(responses, "CloudWatchResponse") or _patches:
        return
    from dx_mock.moto_services import cloudwatch_answers as answers
    from dx_mock.moto_services import cloudwatch_pages

    for name, made in (
        ("get_metric_statistics", answers.patched_get_metric_statistics),
        ("get_metric_data", answers.patched_get_metric_data),
        ("get_filtered_metrics", answers.patched_get_filtered_metrics),
    ):
        original = getattr(backend, name, None)
        if original is not None:
            _patches.set(backend, name, made(models, original))
    if hasattr(responses, "ActionResult"):  # else moto renders a template that has no pages
        view = responses.CloudWatchResponse
        paged = cloudwatch_pages.patched_get_metric_data(responses, view.get_metric_data)
        _patches.set(view, "get_metric_data", paged)
        extended = answers.patched_view_of_statistics(view.get_metric_statistics)
        _patches.set(view, "get_metric_statistics", extended)


def uninstall() -> None:
    """Put moto's class back."""
    _patches.undo()
