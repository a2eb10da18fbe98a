"""Sessions: native ids keyed with the visitor, else 30 minutes of inactivity."""

from . import MINUTE


def order(event):
    """By event_at, then the source's own sequence."""
    return (event["at"], event["sequence"] or "")


def in_order(events):
    """The id makes the order of what nothing else orders repeatable."""
    return sorted(events, key=lambda event: (order(event), event["event_id"]))


def sessions(events, timeout=30 * MINUTE):
    """Lists of events, one for each session, of the events of all visitors."""
    found = []
    for visitor in {event["visitor"] for event in events if event["visitor"] is not None}:
        own = in_order(event for event in events if event["visitor"] == visitor)
        # Native session ids are kept, always keyed with the visitor.
        native = {}
        for event in own:
            if event["native_session_id"] is not None:
                native.setdefault(event["native_session_id"], []).append(event)
        found.extend(native.values())
        # Without one: a gap of more than 30 minutes starts a session; midnight does not.
        current = []
        for event in own:
            if event["native_session_id"] is not None:
                continue
            if current and event["at"] - current[-1]["at"] > timeout:
                found.append(current)
                current = []
            current.append(event)
        if current:
            found.append(current)
    return found
