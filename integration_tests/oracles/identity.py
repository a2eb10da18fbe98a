"""Who a row belongs to."""

from typing import NamedTuple

from .calendar_periods import local_date
from .sessions import order


class Denied(NamedTuple):
    """Who denied consent: the id of the row is good for its local day only."""

    id: str
    day: object


def is_denied(event):
    return event.get("consent_state") == "denied"


def id_of(visitor):
    return visitor.id if isinstance(visitor, Denied) else visitor


def aliases(events):
    """{anonymous_id: user_id}: the first login on a device wins; without consent it is none."""
    found = {}
    # Of two logins that nothing orders, the smaller user id: any rule that repeats will do.
    for event in sorted(events, key=lambda event: (order(event), event["user_id"] or "")):
        if is_denied(event):
            continue
        if event["anonymous_id"] is not None and event["user_id"] is not None:
            found.setdefault(event["anonymous_id"], event["user_id"])
    return found


def visitor_of(event, policy, alias, timezone="UTC"):
    anonymous_id, user_id = event["anonymous_id"], event["user_id"]
    device_first = anonymous_id if anonymous_id is not None else user_id
    if is_denied(event) and device_first is not None:
        return Denied(device_first, local_date(event["at"], timezone))
    # `identity: device` uses the anonymous id.
    if policy == "device":
        return device_first
    # `identity: user`: the row's own user id, else the user first seen on the device.
    if user_id is not None:
        return user_id
    return alias.get(anonymous_id, anonymous_id)


def with_visitors(events, policy="user", timezone="UTC"):
    alias = aliases(events)
    return [{**event, "visitor": visitor_of(event, policy, alias, timezone)} for event in events]
