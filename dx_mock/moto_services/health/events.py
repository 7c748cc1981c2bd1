"""The events of AWS Health that stand for maintenance windows, and their way to EventBridge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from dx_mock.engine.maintenance_steps import description
from dx_mock.graph.maintenance import Maintenance, Notice
from dx_mock.moto_services import event_bus
from dx_mock.rules import maintenance_notices as rules
from dx_mock.rules.partitions import partition_of

if TYPE_CHECKING:
    from dx_mock.world.world import World


class Event(NamedTuple):
    """An event as an account sees it at a time."""

    window: Maintenance
    notice: Notice
    ids: tuple[str, ...]
    now: datetime

    @property
    def arn(self) -> str:
        """The ARN, the same for all accounts [recorded: DXMAIL]."""
        return arn_of(self.window, self.notice.code)

    @property
    def status(self) -> str:
        """``upcoming``, ``open`` or ``closed``."""
        if self.notice.code == rules.code(self.window.emergency, over=True):
            return "closed"
        return rules.status(self.window.start, self.window.end, self.now)

    @property
    def updated(self) -> datetime:
        """When something about it changed last."""
        dates = (self.notice.time, self.window.start, self.window.end)
        return max(date for date in dates if date <= self.now)

    @property
    def description(self) -> str:
        """What it says."""
        return description(self.window, self.notice, self.ids)

    def to_dict(self) -> dict[str, Any]:
        """Return it in the shape of the API."""
        return {
            "arn": self.arn,
            "service": rules.SERVICE,
            "eventTypeCode": self.notice.code,
            "eventTypeCategory": rules.CATEGORY,
            "eventScopeCode": "ACCOUNT_SPECIFIC",
            "region": self.window.region,
            "startTime": self.window.start,
            "endTime": self.window.end,
            "lastUpdatedTime": self.updated,
            "statusCode": self.status,
        }

    def entities(self, account_id: str, digest: Any) -> Iterator[dict[str, Any]]:
        """Yield what is affected, in the shape of the API."""
        window = self.window
        partition = partition_of(window.region)
        for each in self.ids:
            entity = digest(f"entity:{window.id}:{account_id}:{each}").hex()
            yield {
                "entityArn": f"arn:{partition}:health:{window.region}:{account_id}:entity/{entity}",
                "eventArn": self.arn,
                "entityValue": each,
                "awsAccountId": account_id,
                "lastUpdatedTime": self.updated,
                "statusCode": rules.entity_status(window.start, window.end, self.now),
            }


def arn_of(window: Maintenance, code: str) -> str:
    """Return the ARN of a window's event of a type."""
    partition = partition_of(window.region)
    return f"arn:{partition}:health:{window.region}::event/{rules.SERVICE}/{code}/{code}_{window.id}"


def events_of(world: World, account_id: str) -> list[Event]:
    """Return the events of an account as of now, in the order in which they were told first."""
    now = world.clock.now()
    found = []
    for backend in world.backends.values():
        for window in backend.resources.values():
            if isinstance(window, Maintenance) and account_id in window.affected:
                # Of what was told again only the latest counts.
                latest = {notice.code: notice for notice in window.notices}
                ids = tuple(window.affected[account_id])
                found += [Event(window, notice, ids, now) for notice in latest.values()]
    return found


def tell(world: World, window: Maintenance, notice: Notice) -> None:
    """Put a notice on the event buses of those whom it is about [documented: HEALTH]."""
    for account_id, ids in window.affected.items():
        event = Event(window, notice, tuple(ids), notice.time)
        key = f"{window.id}:{notice.code}:{account_id}:{notice.time.isoformat()}"
        digits = world.ids.derive(f"health:{key}").hex()
        event_bus.put(
            account_id,
            window.region,
            event_id=f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}",
            source="aws.health",
            detail_type="AWS Health Event",
            resources=ids,
            detail=_detail(event, account_id, world.ids.derive(f"communication:{key}").hex()),
            time=notice.time,
        )


def _detail(event: Event, account_id: str, communication: str) -> dict[str, Any]:
    window = event.window
    status = rules.entity_status(window.start, window.end, event.now)
    return {
        "eventArn": event.arn,
        "service": rules.SERVICE,
        "eventTypeCode": event.notice.code,
        "eventTypeCategory": rules.CATEGORY,
        "eventScopeCode": "ACCOUNT_SPECIFIC",
        "communicationId": f"{communication}-1",
        "startTime": format_datetime(window.start, usegmt=True),
        "endTime": format_datetime(window.end, usegmt=True),
        "lastUpdatedTime": format_datetime(event.updated, usegmt=True),
        "statusCode": event.status,
        "eventRegion": window.region,
        "eventDescription": [{"language": "en_US", "latestDescription": event.description}],
        "eventMetadata": {},
        "affectedEntities": [
            {
                "entityValue": each,
                "lastUpdatedTime": format_datetime(event.updated, usegmt=True),
                "status": status,
            }
            for each in event.ids
        ],
        "affectedAccount": account_id,
        "page": "1",
        "totalPages": "1",
    }
