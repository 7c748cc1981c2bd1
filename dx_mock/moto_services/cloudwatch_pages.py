"""Pages of GetMetricData, which moto answers as a whole: as many datapoints as asked for, or as AWS allows."""

from __future__ import annotations

from typing import Any

#: How many datapoints an answer has at most, if the request does not say [documented: CW].
MOST_DATAPOINTS = 100_800

_PAGES = "_dx_mock_pages_of_metric_data"


def patched_get_metric_data(responses: Any, original: Any) -> Any:
    """Return the method of moto's that answers GetMetricData, with pages."""

    def get_metric_data(self: Any) -> Any:
        parameters = self._get_params()
        kept: dict[str, list[dict[str, Any]]] = vars(self.cloudwatch_backend).setdefault(_PAGES, {})
        token = parameters.get("NextToken")
        if token is None:
            whole = original(self)
            found = whole.result["MetricDataResults"]
            if any("values" not in result for result in found):  # another moto's names for them
                return whole
        elif token in kept:
            found = kept.pop(token)  # a token is good once, as moto's tokens are
        else:
            raise responses.InvalidParameterValue("Request parameter NextToken is invalid")
        page, rest = split(found, int(parameters.get("MaxDatapoints") or MOST_DATAPOINTS))
        answer: dict[str, Any] = {"MetricDataResults": page}
        if rest:
            from moto.moto_api._internal import mock_random

            answer["NextToken"] = str(mock_random.uuid4())
            kept[answer["NextToken"]] = rest
        return responses.ActionResult(answer)

    return get_metric_data


def split(results: list[dict[str, Any]], limit: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Split results after some datapoints: a page, whose last result may be partial, and the rest."""
    page: list[dict[str, Any]] = []
    for number, result in enumerate(results):
        count = len(result["values"])
        if count <= limit:
            page.append(result)
            limit -= count
            continue
        if limit > 0 or not page:
            cut = max(limit, 1)
            page.append({**_part(result, slice(0, cut)), "status_code": "PartialData"})
            return page, [_part(result, slice(cut, None)), *results[number + 1 :]]
        return page, results[number:]
    return page, []


def _part(result: dict[str, Any], part: slice) -> dict[str, Any]:
    return {**result, "values": result["values"][part], "timestamps": result["timestamps"][part]}
