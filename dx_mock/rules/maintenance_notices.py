"""When AWS tells of maintenance, by which types of events, and in which words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime

#: How long before a planned window AWS announces it, and tells again [documented: KCM].
ANNOUNCED = timedelta(days=14)
REMINDED = (timedelta(days=7), timedelta(days=1))
#: How long before an emergency AWS tries to tell [documented: KCM].
EMERGENCY_ANNOUNCED = timedelta(minutes=60)
#: How long a window usually is [documented: UG:dx-maintenance].
DURATION = timedelta(hours=4)
#: How long AWS Health shows an event that is over [documented: HEALTH].
SHOWN = timedelta(days=90)

SERVICE = "DIRECTCONNECT"
#: Types of planned maintenance [recorded: DXMAIL; client-proven: AWSRUN].
SCHEDULED = "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED"
COMPLETE = "AWS_DIRECTCONNECT_MAINTENANCE_COMPLETE"
#: Those of an emergency, in the same manner [guessed].
EMERGENCY_SCHEDULED = "AWS_DIRECTCONNECT_EMERGENCY_MAINTENANCE_SCHEDULED"
EMERGENCY_COMPLETE = "AWS_DIRECTCONNECT_EMERGENCY_MAINTENANCE_COMPLETE"
CATEGORY = "scheduledChange"


def announcement(start: datetime, emergency: bool, now: datetime) -> datetime:
    """Return when AWS announces a window: at once where it begins sooner than it would be announced."""
    return max(now, start - (EMERGENCY_ANNOUNCED if emergency else ANNOUNCED))


def next_reminder(start: datetime, emergency: bool, now: datetime) -> datetime:
    """Return when AWS tells again of a window that was announced; its beginning if it does not."""
    if not emergency:
        for before in REMINDED:
            if start - before > now:
                return start - before
    return start


def code(emergency: bool, *, over: bool) -> str:
    """Return the type of an event."""
    if emergency:
        return EMERGENCY_COMPLETE if over else EMERGENCY_SCHEDULED
    return COMPLETE if over else SCHEDULED


def scheduled_text(
    place: str, start: datetime, end: datetime, ids: Sequence[str], *, emergency: bool, again: bool
) -> str:
    """Return the description of a scheduled window [recorded: DXMAIL; guessed: for emergencies]."""
    kind = "Emergency" if emergency else "Planned"
    listed = "\n".join(ids)
    return (
        f"{'Reminder: ' if again else ''}{kind} maintenance has been scheduled on an AWS Direct Connect "
        f"endpoint in {place} from {_gmt(start)} to {_gmt(end)} for {_hours(end - start)}. During this "
        "maintenance window, your AWS Direct Connect services listed below may become unavailable.\n\n"
        f"{listed}\n\nThis maintenance is scheduled to avoid disrupting redundant connections at the same time."
    )


def complete_text(place: str, ids: Sequence[str], *, emergency: bool) -> str:
    """Return the description of a window that is over [guessed]."""
    kind = "Emergency" if emergency else "Planned"
    listed = "\n".join(ids)
    return f"{kind} maintenance on an AWS Direct Connect endpoint in {place} is complete.\n\n{listed}"


def _gmt(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def _hours(duration: timedelta) -> str:
    hours = duration / timedelta(hours=1)
    return f"{hours:g} hour{'' if hours == 1 else 's'}"


def status(start: datetime, end: datetime, now: datetime) -> str:
    """Return the status of a window's event at a time."""
    return "upcoming" if now < start else "open" if now < end else "closed"


def entity_status(start: datetime, end: datetime, now: datetime) -> str:
    """Return the status of what a window affects [guessed]."""
    return {"upcoming": "PENDING", "open": "IMPAIRED", "closed": "RESOLVED"}[status(start, end, now)]
