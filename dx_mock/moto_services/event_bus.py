"""Events of AWS's services on moto's EventBridge: rules of the default bus receive them."""

from __future__ import annotations

import copy
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

MODULE = "moto.events.models"
_log = logging.getLogger(__name__)


def put(
    account_id: str,
    region: str,
    *,
    event_id: str,
    source: str,
    detail_type: str,
    resources: Sequence[str],
    detail: Mapping[str, Any],
    time: datetime,
) -> None:
    """Put an event on the default bus of an account in a Region.

    Clients can't do that for the sources of AWS's services.  Targets that moto does not have stay without it.
    """
    models: Any = sys.modules.get(MODULE)
    regions = getattr(models, "events_backends", {}).get(account_id)
    if models is None or regions is None or region not in regions:
        return  # nobody has made a rule
    event = {
        "version": "0",
        "id": event_id,
        "detail-type": detail_type,
        "source": source,
        "account": account_id,
        "time": time.timestamp(),
        "region": region,
        "resources": list(resources),
        "detail": detail,
        "ingestion-time": time.timestamp(),  # moto's transformers want it
    }
    for rule in list(regions[region].describe_event_bus("default").rules.values()):
        if rule.state == "ENABLED" and rule.event_pattern.get_pattern():
            _send(rule, event)


def _send(rule: Any, event: Mapping[str, Any]) -> None:
    """Send an event to the targets of a rule, one by one, so that one that fails does not stop the others."""
    if not rule.event_pattern.matches_event({**event, "time": _iso(event["time"])}):
        return
    for target in list(rule.targets):
        single = copy.copy(rule)
        single.targets = [target]
        sent = copy.deepcopy(dict(event))
        try:
            if str(target["Arn"]).split(":")[2:3] == ["sns"]:
                _to_topic(rule, target, sent)
            else:
                single.send_to_targets(sent)
        except NotImplementedError:
            _log.debug("moto's EventBridge does not have the target %s", target.get("Arn"))
        except Exception as problem:  # its queue or topic is gone
            _log.warning("%s did not get %s: %r", target.get("Arn"), event["detail-type"], problem)


def _to_topic(rule: Any, target: Mapping[str, Any], event: dict[str, Any]) -> None:
    """Publish an event to a topic, which moto's EventBridge does not do."""
    from moto.sns.models import sns_backends

    event["time"] = _iso(event["time"])
    message: Any = event
    parser = getattr(sys.modules[MODULE], "EventTemplateParser", None)
    transformer = target.get("InputTransformer")
    if transformer and parser is not None:
        message = parser.parse(
            input_template=transformer.get("InputTemplate"),
            input_paths_map=transformer.get("InputPathsMap", {}),
            event=event,
        )
    elif target.get("Input"):
        message = json.loads(target["Input"])
    account, region = str(target["Arn"]).split(":")[4], str(target["Arn"]).split(":")[3]
    sns_backends[account][region].publish(message=json.dumps(message), arn=target["Arn"])


def _iso(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
