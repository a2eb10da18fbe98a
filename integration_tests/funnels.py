"""Random funnel definitions, and the SQL of one funnel alone on a small log."""

import json
from datetime import datetime, timedelta
from itertools import combinations
from random import Random

from helpers import CompiledModels, moment
from oracles import MINUTE, duration
from oracles.funnel import Funnel, microseconds

GOALS = {
    "a": {"match": {"event": "a"}},
    "b": {"match": {"event": "b"}},
    "c": {"match": {"event": "c"}},
    # Overlaps with a: one event may match two steps and serves one.
    "a_on_x": {"match": {"event": "a", "where": {"page_path": "/x"}}},
    # Overlaps with all.
    "any_on_x": {"match": {"where": {"page_path": "/x"}}},
    "first_b": {"match": {"event": "b"}, "counting": "once_per_visitor"},
    "c_per_session": {"match": {"event": "c"}, "counting": "once_per_session"},
}
MAY_SHARE = [
    ("a", "a_on_x"),
    ("b", "first_b"),
    ("c", "c_per_session"),
    *(("any_on_x", goal) for goal in GOALS if goal != "any_on_x"),
]

# Nights in which the clocks change, and the first day of a month and week.
PLACES = [
    ("America/New_York", "2024-03-10", "sunday"),
    ("America/New_York", "2024-11-03", "monday"),
    ("Asia/Kolkata", "2024-04-01", "monday"),
    ("Australia/Lord_Howe", "2024-04-07", "sunday"),
]
WINDOWS = ["30 minutes", "1 hours", "6 hours"]
# Steps of time of a log: windows and gaps end exactly on them.
GRIDS = [duration(window) // 6 for window in WINDOWS]


def start_of(zone, day, grid):
    """A log begins so early that half of it lies before midnight."""
    return microseconds(datetime.fromisoformat(day), zone) - 6 * grid


def minutes(micro):
    return f"{micro // MINUTE} minutes"


def random_exclusion(random, steps):
    required = [k for k, step in enumerate(steps, 1) if not step.get("optional")]
    start, end = sorted(random.sample(required, 2))
    exclusion = {}
    if start > 1 or random.choice([True, False]):
        exclusion["from_step"] = start
    if end < len(steps) or random.choice([True, False]):
        exclusion["to_step"] = end
    passed = {steps[k - 1]["goal"] for k in required if start < k < end}
    if random.choice([True, False]):
        exclusion["goal"] = random.choice([goal for goal in GOALS if goal not in passed])
    else:
        exclusion["event"] = random.choice("abcd")
    if random.choice([True, False]):
        exclusion["where"] = random.choice(
            [{"plan": "pro"}, {"device": {"missing": True}}, {"page_path": "/x", "plan": ["pro"]}]
        )
    return exclusion


def random_definition(random, name, day):
    """Any valid funnel; `day` is the local day in the middle of the log."""

    def often(share):
        return random.random() < share

    shape = random.choice(["ordered"] * 4 + ["strict"] * 2 + ["any"] * 2 + ["open"])
    window = random.choice(WINDOWS)
    sixth = duration(window) // 6
    funnel = {"name": name, "window": window}
    steps = []
    for number in range(random.choice([1, 2, 2, 3, 3, 4, 5])):
        step = {"goal": random.choice([*"aabbc", *GOALS])}
        if often(0.15):
            step["occurrence"] = random.choice(["first_matching", "first_ever"])
        if shape in ("ordered", "strict") and number:
            if often(0.25):
                step["optional"] = True
            if often(0.2):
                step["min_gap"] = minutes(sixth * random.choice([1, 2]))
            if often(0.2):
                step["max_gap"] = minutes(sixth * random.choice([2, 3, 5]))
        steps.append(step)
    funnel["steps"] = [step if len(step) > 1 or often(0.5) else step["goal"] for step in steps]
    if shape == "open":
        funnel["entry"] = "any_step"
    elif shape != "ordered":
        funnel["order"] = shape
    if often(0.4):
        funnel["unit"] = random.choice(["session", {"property": "account"}])
    if shape != "open":
        if often(0.3):
            funnel["hold_constant"] = "doc"
        if often(0.3):
            funnel["mode"] = "totals"
    if shape in ("ordered", "strict"):
        if often(0.3):
            funnel["ties"] = "strict"
        if sum(not step.get("optional") for step in steps) > 1 and often(0.5):
            funnel["exclusions"] = [
                random_exclusion(random, steps) for _ in range(random.choice([1, 1, 2]))
            ]
    if often(0.6):
        funnel["breakdowns"] = random.choice(
            [["plan"], ["device"], ["page_path"], ["plan", "device"], [["plan", "device"], "plan"]]
        )
        anchor = random.choice(["entry_step", "first_touch", "last_touch", "all_events", "step"])
        if anchor == "step":
            anchor = {"step": random.randint(1, len(steps))}
        if anchor != "entry_step" or often(0.5):
            funnel["breakdown_by"] = anchor
        if often(0.3):
            funnel["breakdown_limit"] = random.choice([1, 2])
    before = str((datetime.fromisoformat(day) - timedelta(days=1)).date())
    if often(0.25):
        funnel["date_from"] = random.choice([day, f"{before} 23:30", f"{day} 00:10"])
    if often(0.25):
        funnel["date_to"] = random.choice([day, f"{day} 00:10", f"{day} 00:30"])
    if often(0.1) and "date_from" not in funnel:
        funnel["date_to"] = before
    return funnel


def options_of(funnel):
    """What a definition uses, as names."""
    steps = [step if isinstance(step, dict) else {"goal": step} for step in funnel["steps"]]
    goals = [step["goal"] for step in steps]
    pairs = [set(pair) for pair in combinations(goals, 2)]
    found = {f"order {funnel.get('order', 'ordered')}"}
    found |= {f"{key} {step[key]}" for step in steps for key in step if key == "occurrence"}
    found |= {key for step in steps for key in step if key in ("optional", "min_gap", "max_gap")}
    found |= {key for key in ("entry", "hold_constant", "mode", "ties") if key in funnel}
    found |= {key for key in ("date_from", "date_to", "breakdown_limit") if key in funnel}
    optional = [step for step in steps if step.get("optional")]
    found |= {f"optional {key}" for step in optional for key in step if "gap" in key}
    if len(set(goals)) < len(goals):
        found.add("repeated goal")
    if any(set(pair) in pairs for pair in MAY_SHARE):
        found.add("overlapping goals")
    found.add("several steps" if len(steps) > 1 else "one step")
    unit = funnel.get("unit", "visitor")
    found.add(f"unit {unit if isinstance(unit, str) else 'property'}")
    if "breakdowns" in funnel:
        anchor = funnel.get("breakdown_by", "entry_step")
        found.add(f"by {anchor if isinstance(anchor, str) else 'step'}")
        if any(isinstance(entry, list) for entry in funnel["breakdowns"]):
            found.add("combination")
    for exclusion in funnel.get("exclusions", []):
        found.add("excluded goal" if "goal" in exclusion else "excluded event")
        found |= {f"exclusion {key}" for key in exclusion if key not in ("goal", "event")}
    return found


def pairs_of(funnel):
    return set(combinations(sorted(options_of(funnel)), 2))


def random_definitions(day, count=60, seed=5, pool=1500):
    """`count` definitions in which each pair of options that can go together occurs."""
    random = Random(seed)
    drawn = [random_definition(random, f"drawn {number}", day) for number in range(pool)]
    pairs = [pairs_of(funnel) for funnel in drawn]
    wanted = set().union(*pairs)
    chosen = []
    while wanted or len(chosen) < count:
        best = max(
            (number for number in range(pool) if number not in chosen),
            key=lambda number: len(pairs[number] & wanted),
        )
        chosen.append(best)
        wanted -= pairs[best]
    return [drawn[number] for number in chosen]


def project_vars(definitions, zone="UTC", week_start="monday", goals=GOALS):
    return {
        "timezone": zone,
        "week_start": week_start,
        "goals": [{"name": name, **goal} for name, goal in goals.items()],
        "funnels": definitions,
        "cohorts": [],
    }


def oracles(definitions, zone="UTC", week_start="monday", kind=Funnel):
    return [kind(definition, GOALS, MAY_SHARE, zone, week_start) for definition in definitions]


class FunnelParts(CompiledModels):
    """The SQL of one funnel of int_funnel_unit_days, on events and completions of Python."""

    SEPARATOR = "union all -- next part"

    def __init__(self, project, result):
        super().__init__(project, result, "int_funnel_unit_days")
        self.prepared = {}
        self.tables = {name: self.types(name) for name in ("events", "goal_completions")}
        self.goal_ids = {
            row["goal_name"]: row["goal_id"] for row in self.rows("select * from goals")
        }
        self.parts = self.parts_of(result)
        # So few rows are done before another thread is awake.
        self.connection.execute("set threads = 1")

    def types(self, table):
        rows = self.rows(f"select column_name, column_type from (describe {table})")
        return {row["column_name"]: row["column_type"] for row in rows}

    def parts_of(self, result):
        """The parts of the compiled model of a build or of `dbt compile`, in config order."""
        (sql,) = (
            one.node.compiled_code
            for one in result.results
            if one.node.name == "int_funnel_unit_days"
        )
        return [part.strip() for part in sql.split(self.SEPARATOR)]

    def load(self, events, filters_of=lambda event: {}):
        """Put events of the oracle into the tables that the funnels read.

        `filters_of` an event are the keys that goal_completions adds to its dimensions.
        """
        visitors = sorted({event.visitor for event in events} - {None})
        visits = sorted({event.session for event in events} - {None})
        self.ids = {"visitor": dict(enumerate(visitors, 1)), "session": dict(enumerate(visits, 1))}
        rows, completed = [], []
        for event in events:
            shared = {
                "event_id": event.event_id,
                "event_order": event.order,
                "visitor_key": event.visitor and visitors.index(event.visitor) + 1,
                "visitor_id": event.visitor,
                "session_key": event.session and visits.index(event.session) + 1,
                "session_id": event.session,
            }
            at = moment(event.at)
            properties = {k: v for k, v in event.properties.items() if k != "page_path"}
            rows.append(
                {
                    **shared,
                    "event_name": event.event_name,
                    "event_at": at,
                    "page_path": event.properties.get("page_path"),
                    "properties": json.dumps(properties),
                }
            )
            dimensions = json.dumps({**event.properties, **filters_of(event)})
            completed += [
                {
                    **shared,
                    "goal_name": goal,
                    "goal_id": self.goal_ids[goal],
                    "completed_at": at,
                    "dimensions": dimensions,
                }
                for goal in sorted(event.goals)
            ]
        self.fill("events", rows, self.tables["events"])
        self.fill("goal_completions", completed, self.tables["goal_completions"])

    def unit_days(self, part, funnel):
        """Rows of one part as the oracle writes them."""
        if part not in self.prepared:
            name = self.prepared[part] = f"part_{len(self.prepared)}"
            self.connection.execute(f"prepare {name} as {unit_days_sql(f'({part})')}")
        rows = self.rows(f"execute {self.prepared[part]}")
        # The ids of visitors and sessions join later.
        ids = self.ids.get(funnel.unit) if isinstance(funnel.unit, str) else None
        for row in rows:
            row["unit_id"] = ids[row["unit_key"]] if ids else row["unit_id"]
        return read_units(rows, funnel)

    def marts(self, unit_days):
        """Build the marts on a query for int_funnel_unit_days."""
        for kind, ids in self.ids.items():
            rows = [{f"{kind}_key": key, f"{kind}_id": name} for key, name in ids.items()]
            self.fill(f"{kind}s", rows, self.types(f"{kind}s"))
        self.connection.execute(f"create or replace table int_funnel_unit_days as {unit_days}")
        for relation, sql in self.steps:
            self.connection.execute(f"create or replace table {relation} as {sql}")


def filters(funnel, event):
    """What goal_completions says of the `where` of each exclusion."""
    return {
        f"funnels.{funnel.name}.exclusions[{number}]": str(
            funnel.passes_filter(exclusion, event)
        ).lower()
        for number, exclusion in enumerate(funnel.exclusions, 1)
    }


def units_sql(relation, own="is_immature"):
    """What the oracle says of a unit; `own` are columns that only this relation has."""
    times = ", ".join(f"epoch_us(step_{k}_at)" for k in range(1, 21))
    return f"""
        select
            {own}, unit_key, unit_id, pass_number, depth, is_completed, held_value,
            epoch_us(entered_at) as entered_at, epoch_us(deepest_at) as deepest_at,
            [{times}] as steps, dimensions
        from {relation}
    """


def unit_days_sql(relation):
    return units_sql(relation, "entry_date, is_excluded")


def read_units(rows, funnel):
    """Rows of SQL as the oracle writes them."""
    count = len(funnel.steps)
    found = []
    for row in rows:
        if row.get("is_excluded"):
            kept = ("unit_id", "entry_date", "is_excluded", "depth")
            found.append({name: row[name] for name in kept})
            continue
        del row["unit_key"]
        assert not any(row["steps"][count:]), row
        row["steps"] = tuple(row["steps"][:count])
        dimensions = json.loads(row["dimensions"] or "{}")
        row["dimensions"] = {name: value or "(not set)" for name, value in dimensions.items()}
        found.append(row)
    return found


def in_order(rows):
    return sorted(
        rows,
        key=lambda row: (row["unit_id"], row.get("pass_number", 0), str(row.get("entry_date"))),
    )


def assert_same_rows(found, expected, funnel, events):
    """Names the funnel and the log of a unit, so that a failure can be done again by hand."""
    wrong = in_order(row for row in found if row not in expected)
    missing = in_order(row for row in expected if row not in found)
    if wrong or missing or len(found) != len(expected):
        (unit,) = {row["unit_id"] for row in (wrong + missing)[:1]} or [None]
        log = sorted(event for event in events if funnel.unit_of(event) == unit)
        raise AssertionError(
            "\n".join(
                [
                    json.dumps(funnel.config),
                    *(str(event) for event in log),
                    *(f"found {row}" for row in wrong if row["unit_id"] == unit),
                    *(f"expected {row}" for row in missing if row["unit_id"] == unit),
                    f"{len(found)} rows found, {len(expected)} expected",
                ]
            )
        )
