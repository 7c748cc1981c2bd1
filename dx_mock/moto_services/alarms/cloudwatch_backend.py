"""moto's CloudWatch where alarms are made, changed and looked at, while a mock is active."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from dx_mock.moto_services.alarms import alarm_history, watching
from dx_mock.moto_services.alarms.judging import INSUFFICIENT
from dx_mock.process import current_world
from dx_mock.support.patches import Patches

if TYPE_CHECKING:
    from dx_mock.world.world import World

MODULE = "moto.cloudwatch.responses"
_NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/"

_patches = Patches()


def install() -> None:
    """Wrap what moto's CloudWatch does with alarms, and add what it lacks."""
    responses: Any = getattr(sys.modules.get(MODULE), "CloudWatchResponse", None)
    backend: Any = getattr(sys.modules.get(watching.MODELS), "CloudWatchBackend", None)
    if _patches or responses is None or backend is None:
        return
    for name, wrap in (
        ("put_metric_alarm", _putting),
        ("delete_alarms", _deleting),
        ("set_alarm_state", _setting),
    ):
        _patches.set(backend, name, wrap(getattr(backend, name)))
    if not hasattr(responses, "put_composite_alarm"):
        _patches.set(responses, "put_composite_alarm", responses.put_metric_alarm)
    if not hasattr(responses, "describe_alarm_history"):
        _patches.set(responses, "describe_alarm_history", _describe_history)


def uninstall() -> None:
    """Put moto's classes back."""
    _patches.undo()


def _putting(original: Any) -> Any:
    def put_metric_alarm(self: Any, *args: Any, **kwargs: Any) -> Any:
        name = kwargs["name"] if "name" in kwargs else args[0]
        earlier = self.alarms.get(name)
        alarm = original(self, *args, **kwargs)
        world = current_world.current()
        if world is not None:
            with world.lock:
                _put(world, self, alarm, earlier)
        return alarm

    return put_metric_alarm


def _put(world: World, backend: Any, alarm: Any, earlier: Any) -> None:
    """Give a new alarm its first state, and one that was there before the state that it had."""
    now = world.clock.now()
    watching.set_times(alarm, now, "configuration_updated_timestamp")
    if watching.is_ours(backend, alarm):
        watching.begin(world, alarm)
        alarm.state_value = INSUFFICIENT
    watching.set_times(alarm, now, "state_updated_timestamp", "state_transitioned_timestamp")
    if earlier is not None:
        for name in (
            "state_value", "state_reason", "state_reason_data", "state_updated_timestamp",
            "state_transitioned_timestamp",
        ):  # fmt: skip
            if hasattr(earlier, name):
                setattr(alarm, name, getattr(earlier, name))
    alarm_history.note_configuration(backend, alarm, "updated" if earlier is not None else "created", now)


def _deleting(original: Any) -> Any:
    def delete_alarms(self: Any, alarm_names: list[str]) -> None:
        world = current_world.current()
        if world is not None:
            for name in alarm_names:
                if name in self.alarms:
                    alarm_history.note_configuration(self, self.alarms[name], "deleted", world.clock.now())
        original(self, alarm_names)

    return delete_alarms


def _setting(original: Any) -> Any:
    def set_alarm_state(self: Any, alarm_name: str, reason: str, reason_data: str, state_value: str) -> None:
        world = current_world.current()
        alarm = self.alarms.get(alarm_name)
        if world is None or alarm is None:
            original(self, alarm_name, reason, reason_data, state_value)
            return
        with world.lock:
            kept, now = dict(vars(alarm)), world.clock.now()
            original(self, alarm_name, reason, reason_data, state_value)  # it has the checks
            if watching.is_ours(self, alarm):
                vars(alarm).update(kept)
                watching.set_state(world, self, alarm, state_value, reason, reason_data, now)
            watching.evaluate_composites(world, self, now)

    return set_alarm_state


# --- DescribeAlarmHistory ------------------------------------------------------------------------------------

_ASKED = (
    "AlarmName", "HistoryItemType", "StartDate", "EndDate", "MaxRecords", "NextToken", "ScanBy",
)  # fmt: skip


def _describe_history(self: Any) -> Any:
    backend = self.cloudwatch_backend
    asked = {name: self._get_param(name) for name in _ASKED}
    core: Any = sys.modules["moto.core.responses"]
    if hasattr(core, "ActionResult"):
        asked["AlarmTypes"] = self._get_param("AlarmTypes")
        items, token = alarm_history.page(backend, asked)
        return core.ActionResult({"AlarmHistoryItems": items, "NextToken": token})
    asked["AlarmTypes"] = self._get_multi_param("AlarmTypes.member")
    return _as_xml(*alarm_history.page(backend, asked))


def _as_xml(items: list[dict[str, Any]], token: str | None) -> str:
    """Return the answer as earlier versions of moto send it."""
    members = "".join(
        "<member>{}</member>".format(
            "".join(f"<{name}>{escape(_text(value))}</{name}>" for name, value in item.items())
        )
        for item in items
    )
    following = "" if token is None else f"<NextToken>{token}</NextToken>"
    return (
        f'<DescribeAlarmHistoryResponse xmlns="{_NAMESPACE}"><DescribeAlarmHistoryResult>'
        f"<AlarmHistoryItems>{members}</AlarmHistoryItems>{following}</DescribeAlarmHistoryResult>"
        "<ResponseMetadata><RequestId>00000000-0000-4000-a000-000000000000</RequestId></ResponseMetadata>"
        "</DescribeAlarmHistoryResponse>"
    )


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str) else f"{value:%Y-%m-%dT%H:%M:%SZ}"
