"""Random small event logs, dense enough that ties, exact window ends and repeats are common."""

import json
from hashlib import md5

from helpers import micros, moment
from oracles import MINUTE
from oracles.identity import Denied, visitor_of

# The night before the clocks of New York go forward.
START = micros("2024-03-09 20:00")
LOADED_AT = micros("2025-01-01 00:00")


def random_log(random, person, grid=10 * MINUTE, slots=12, size=8, ids=None):
    """The events of one person; `ids` draws the ids of a row, by default one device."""
    sequenced = random.choice([True, False])
    native = random.choice([True, False])
    events = []
    for number in range(random.randint(1, size)):
        events.append(
            {
                # Ids in an order of their own: the input order must not matter.
                "event_id": f"{person}_{random.randint(0, 99):02}_{number}",
                "event_name": random.choice("abc"),
                "at": START + grid * random.randint(0, slots),
                "sequence": str(random.randint(0, 2)) if sequenced else None,
                "anonymous_id": f"{person}_device",
                "user_id": None,
                # Shared between persons, as the ids of GA4 are.
                "native_session_id": random.choice(["s1", "s2"]) if native else None,
                "page_path": random.choice(["/x", "/y"]),
                "properties": {"person": person},
                **(ids(random, person) if ids else {}),
            }
        )
    return events


def several_ids(random, person):
    """Two devices, two logins, rows without any id, and some without consent."""
    return {
        "anonymous_id": random.choice([*[f"{person}_phone"] * 3, f"{person}_laptop", None]),
        "user_id": random.choice([f"{person}_work", f"{person}_home", None, None, None]),
        "consent_state": random.choice(["denied", "granted", None, None]),
    }


def random_logs(random, persons, **options):
    return [
        event for number in range(persons) for event in random_log(random, f"p{number}", **options)
    ]


def with_duplicates(random, events):
    """Some rows twice, as at-least-once delivery does."""
    return [row for event in events for row in [event] * (2 if random.randint(0, 7) == 0 else 1)]


def generic_row(event):
    """A row of a generic event table."""
    return {
        "event_id": event["event_id"],
        "event_name": event["event_name"],
        "event_at": moment(event["at"]),
        "source_sequence": event["sequence"],
        "anonymous_id": event["anonymous_id"],
        "user_id": event["user_id"],
        "session_id": event["native_session_id"],
        "page_path": event["page_path"],
        "consent_state": event.get("consent_state"),
        "properties": event["properties"],
    }


def key(*parts):
    """The integer that stands for an id (macro `surrogate_key`); none for an id that is null."""
    return None if None in parts else int(md5("|".join(parts).encode()).hexdigest()[:15], 16)


def staged_row(event, timezone="UTC"):
    """The same row as the staging model gives it."""
    row = generic_row(event)
    row["native_session_id"] = row.pop("session_id")
    owner = visitor_of(event, "device", {}, timezone)
    if isinstance(owner, Denied):
        keys = {"device_key": -key("denied", str(owner.day), "generic", owner.id), "user_key": None}
    else:
        keys = {
            "device_key": key("device", "generic", event["anonymous_id"]),
            "user_key": key("user", event["user_id"]),
        }
    return {
        **row,
        "event_key": key("generic", event["event_id"]),
        **keys,
        "properties": json.dumps(event["properties"]),
        "source_name": "generic",
        "source_property": "shop",
        "source_shard": "events",
        "loaded_at": moment(LOADED_AT),
    }


class Drawn:
    """One integer read as many small choices, so that a single draw makes a whole event."""

    LIMIT = 2**40

    def __init__(self, number):
        self.number = number

    def choice(self, options):
        self.number, index = divmod(self.number, len(options))
        return options[index]


def drawn_event(number, person, position, start, grid, sequenced, native):
    """An event of `person` near `start`; the smaller the number, the plainer the event."""
    draw = Drawn(number)
    name = draw.choice("aabbcccd")
    slot = draw.choice(range(13))
    return {
        "event_name": name,
        # Now and then one microsecond beside the grid.
        "at": start + grid * slot + draw.choice([0, 0, 0, 0, 0, 1, -1]),
        "page_path": draw.choice(["/x", "/y", "/y"]),
        "anonymous_id": draw.choice([*[f"{person}_phone"] * 6, f"{person}_laptop", None]),
        "user_id": draw.choice([None, None, None, f"{person}_login"]),
        "sequence": draw.choice("012") if sequenced else None,
        # Shared between persons, as the ids of GA4 are.
        "native_session_id": draw.choice(["s1", "s1", "s2"]) if native else None,
        "properties": {
            "plan": draw.choice(["pro", "free", None]),
            "device": draw.choice(["phone", "laptop", ""]),
            "doc": draw.choice(["1", "1", "2", None]),
            # Shared between persons.
            "account": draw.choice(["acme", "acme", "beta", "", None]),
        },
        # Ids in an order of their own: the input order must not matter.
        "event_id": f"{person}_{draw.choice(range(10))}_{position}",
    }


def drawn_log(persons, start, grid, sequenced, native):
    """The events of several persons, each a list of integers below Drawn.LIMIT."""
    return [
        drawn_event(number, f"p{person}", position, start, grid, sequenced, native)
        for person, numbers in enumerate(persons)
        for position, number in enumerate(numbers)
    ]
