"""Cohort definitions that mix every option, and random logs for them."""

from helpers import micros
from oracles import DAY, HOUR, MINUTE
from oracles.retention import Retention
from oracles.sessions import order

GOALS = {
    "a": {"names": ["a"], "matches": lambda event: event["event_name"] == "a"},
    "b": {"names": ["b"], "matches": lambda event: event["event_name"] == "b"},
    "a_on_x": {
        "names": ["a"],
        "matches": lambda event: event["event_name"] == "a" and event["page_path"] == "/x",
    },
    "on_x": {"names": None, "matches": lambda event: event["page_path"] == "/x"},
}
GOAL_DEFINITIONS = [
    {"name": "a", "match": {"event": "a"}},
    {"name": "b", "match": {"event": "b"}},
    {"name": "a_on_x", "match": {"event": "a", "where": {"page_path": "/x"}}},
    {"name": "on_x", "match": {"where": {"page_path": "/x"}}},
]
BROKEN_DOWN = {"breakdowns": ["plan", ["plan", "country"]], "breakdown_limit": 2}

# Each list is one project, in a zone of its own.
PROJECTS = {
    ("America/New_York", "sunday"): [
        {"start": "a", "return": "b", "interval": "day", "intervals": 4, **BROKEN_DOWN},
        {"start": "a", "return": "a", "interval": "week", "intervals": 3, "min_occurrences": 2},
        {"start": "b", "return": "a", "intervals": 3, "criterion": "on_or_after"},
        {"start": "a", "return": "any_event", "interval": "hour", "intervals": 4},
        {"start": "a", "return": "b", "interval": "day", "brackets": [1, "2-3", [5, 9]]},
        {"start": "a_on_x", "return": "b", "interval": "day", "intervals": 3,
         "first": "first_ever"},
        {"start": "a", "return": "b", "interval": "day", "intervals": 3, "rolling": True},
        {"start": "a", "return": "a", "interval": "day", "intervals": 3, "first": "recurring"},
        {"start": {"property": "plan"}, "return": "any_event", "interval": "day", "intervals": 3,
         "breakdown_limit": 1},
        {"start": "first_seen", "return": "b", "interval": "hour", "intervals": 3,
         "criterion": "on_or_after"},
    ],
    ("Australia/Lord_Howe", "sunday"): [
        {"start": "a", "return": "any_event", "interval": "day", "intervals": 3, **BROKEN_DOWN},
        {"start": "a", "return": "b", "interval": "hour", "intervals": 5, "first": "recurring",
         "criterion": "on_or_after"},
        {"start": "b", "return": "a", "interval": "hour", "brackets": ["1-2", 4],
         "min_occurrences": 2, "window": "4 hours"},
        {"start": "a", "return": "a", "interval": "week", "intervals": 2, "rolling": True,
         "criterion": "on_or_after", "min_occurrences": 2},
        {"start": "first_seen", "return": "any_event", "interval": "week", "intervals": 3,
         "breakdowns": [["country", "plan"]], "breakdown_limit": 3},
        {"start": "on_x", "return": "a", "interval": "day", "intervals": 3, "first": "first_ever",
         "window": "30 hours"},
        {"start": "a", "return": "b", "interval": "day", "intervals": 3, "rolling": True,
         "first": "recurring", "min_occurrences": 2, "breakdowns": ["plan"], "breakdown_limit": 1},
        {"start": "a", "return": "any_event", "interval": "hour", "intervals": 3, "rolling": True},
        {"start": "b", "return": "b", "interval": "month", "intervals": 2},
    ],
    ("Asia/Kolkata", "monday"): [
        {"start": "a", "return": "b", "interval": "month", "intervals": 2,
         "criterion": "on_or_after", "min_occurrences": 2},
        {"start": {"property": "country"}, "return": "a", "interval": "week", "rolling": True,
         "brackets": ["1-2", [3, 5]], "breakdowns": ["plan", "country"], "breakdown_limit": 2},
        {"start": "a", "return": "any_event", "interval": "day", "intervals": 3,
         "criterion": "on_or_after", "window": "50 hours", "min_occurrences": 2},
        {"start": "first_seen", "return": "any_event", "interval": "day", "intervals": 3,
         "rolling": True, "criterion": "on_or_after"},
        {"start": "a", "return": "b", "interval": "week", "intervals": 3, "window": "7 days"},
        {"start": "a", "return": "a", "interval": "hour", "intervals": 4, "rolling": True,
         "criterion": "on_or_after", "window": "3 hours", "first": "recurring"},
        {"start": "a", "return": "b", "interval": "week", "brackets": [[2, 4]],
         "first": "recurring", "min_occurrences": 2},
        {"start": "a_on_x", "return": "a", "interval": "day", "brackets": [2, [3, 4]],
         "first": "first_ever", "rolling": True, "window": "60 hours"},
        {"start": "first_seen", "return": "any_event", "interval": "hour", "intervals": 3},
    ],
    ("UTC", "monday"): [
        {"start": "a", "return": "b", "interval": "month", "intervals": 1, "rolling": True},
        {"start": "a", "return": "any_event", "interval": "day", "intervals": 3,
         "min_occurrences": 2},
        {"start": "a", "return": "a", "interval": "hour", "intervals": 4, "first": "recurring",
         "min_occurrences": 2},
        {"start": "b", "return": "a", "interval": "week", "intervals": 3, "first": "recurring",
         "criterion": "on_or_after", "min_occurrences": 2, **BROKEN_DOWN},
        {"start": "on_x", "return": "on_x", "interval": "day", "intervals": 3, "rolling": True,
         "window": "40 hours", "criterion": "on_or_after"},
        {"start": "a", "return": "any_event", "interval": "month", "intervals": 2,
         "first": "recurring", "criterion": "on_or_after"},
        {"start": {"property": "plan"}, "return": "b", "interval": "hour", "rolling": True,
         "brackets": [1, [2, 5]]},
        {"start": "a", "return": "b", "interval": "day", "intervals": 2, "first": "recurring",
         "window": "2 days"},
    ],
}  # fmt: skip

# A few hours before the clocks of New York and Lord Howe change, and at a turn of the year.
STARTS = [
    micros(moment)
    for moment in (
        "2024-03-10 02:00",
        "2024-11-03 01:00",
        "2024-04-06 10:00",
        "2024-10-05 10:00",
        "2023-12-30 20:00",
    )
]
# How far apart the moments of a log are, and how many there are.
GRIDS = [
    {"grid": 15 * MINUTE, "slots": 60},
    {"grid": 3 * HOUR, "slots": 50},
    {"grid": 12 * HOUR, "slots": 30},
    {"grid": DAY, "slots": 80},
]


def named(project):
    return [
        {"name": f"{number} {definition['start']}", **definition}
        for number, definition in enumerate(project)
    ]


def definitions(zone, week_start):
    return {
        "timezone": zone,
        "week_start": week_start,
        "goals": GOAL_DEFINITIONS,
        "funnels": [],
        "cohorts": named(PROJECTS[zone, week_start]),
    }


def random_log(random, persons):
    """Events of several persons around one moment, and now and then of nobody."""
    start, density = random.choice(STARTS), random.choice(GRIDS)
    sequenced = random.choice([True, False])
    events = []
    for number in range(persons):
        person = f"p{number}"
        for position in range(random.randint(1, 9)):
            nobody = random.randint(0, 30) == 0
            events.append(
                {
                    # Ids in an order of their own: the input order must not matter.
                    "event_id": f"{person}_{random.randint(0, 99):02}_{position}",
                    "event_name": random.choice("aabbc"),
                    # Now and then one microsecond beside the grid.
                    "at": start
                    + density["grid"] * random.randint(0, density["slots"])
                    + random.choice([0, 0, 0, 0, 0, 1, -1]),
                    "sequence": str(random.randint(0, 2)) if sequenced else None,
                    "anonymous_id": None if nobody else person,
                    "user_id": None,
                    "native_session_id": "s1",
                    "page_path": random.choice(["/x", "/y"]),
                    "properties": {
                        "plan": random.choice(["pro", "free", "free", "", None]),
                        "country": random.choice(["DE", "AT", "CH", None]),
                    },
                }
            )
    return events


def units_of(events):
    """The events of each visitor, in order; who has no id is in no cohort."""
    units = {}
    for event in events:
        if event["anonymous_id"]:
            units.setdefault(event["anonymous_id"], []).append({**event, "order": order(event)})
    return list(units.values())


def last_at(events):
    return max(event["at"] for event in events)


def expected_cells(events, zone, week_start, rules=Retention):
    """{(cohort, breakdown name, value, cohort start, interval): cell} of one project."""
    return {
        (cohort["name"], *key): cell
        for cohort in named(PROJECTS[zone, week_start])
        for key, cell in rules(cohort, GOALS, zone, week_start)
        .matrix(units_of(events), last_at(events))
        .items()
    }
