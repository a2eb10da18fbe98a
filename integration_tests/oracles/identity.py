"""Who a row belongs to."""

from .sessions import order


def aliases(events):
    """{anonymous_id: user_id}: the first login on a device wins."""
    found = {}
    # Of two logins that nothing orders, the smaller user id: any rule that repeats will do.
    for event in sorted(events, key=lambda event: (order(event), event["user_id"] or "")):
        if event["anonymous_id"] is not None and event["user_id"] is not None:
            found.setdefault(event["anonymous_id"], event["user_id"])
    return found


def visitor_of(event, policy, alias):
    anonymous_id, user_id = event["anonymous_id"], event["user_id"]
    # `identity: device` uses the anonymous id.
    if policy == "device":
        return anonymous_id if anonymous_id is not None else user_id
    # `identity: user`: the row's own user id, else the user first seen on the device.
    if user_id is not None:
        return user_id
    return alias.get(anonymous_id, anonymous_id)


def with_visitors(events, policy="user"):
    alias = aliases(events)
    return [{**event, "visitor": visitor_of(event, policy, alias)} for event in events]
