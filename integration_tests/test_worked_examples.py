"""The examples that the field, and docs/definitions.md, explain funnels with."""

import json
from datetime import datetime, timedelta

import pytest

from helpers import Project, generic, write_rows

DROP_OFF = {"aware": 10_000, "interested": 5_000, "eager": 3_000, "active": 1_500, "loyal": 200}


def event(person, name, event_at, event_id=None):
    return {
        "event_id": event_id or f"{person} {name} {event_at}",
        "event_name": name,
        "event_at": event_at,
        "anonymous_id": person,
    }


def drop_off_events():
    """Everybody who got to a step did all steps before it."""
    for hour, (name, people) in enumerate(DROP_OFF.items()):
        for person in range(people):
            yield event(f"drop {person}", name, f"2024-01-01 0{hour}:00:00")


def ten_of_fifty():
    for person in range(50):
        yield event(f"fifty {person}", "visit", "2024-01-01 10:00:00")
        if person < 10:
            yield event(f"fifty {person}", "lead", "2024-01-01 10:05:00")


# view > signup > purchase in 30 days is 5 / 1 / 1.
SIXTEEN_ROWS = [
    # Tied: the view and the sign-up share a microsecond, and the sign-up was stored first.
    event("ann", "signup", "2024-01-01 09:00:00"),
    event("ann", "view", "2024-01-01 09:00:00"),
    event("ann", "purchase", "2024-01-02 09:00:00", "order 1"),
    # Delivered twice.
    event("ann", "purchase", "2024-01-02 09:00:00", "order 1"),
    # Out of order: signed up before the view.
    event("ben", "view", "2024-01-03 09:00:00"),
    event("ben", "signup", "2024-01-02 09:00:00"),
    event("ben", "purchase", "2024-01-04 09:00:00"),
    # Out of the window, by a microsecond.
    event("cleo", "view", "2024-01-01 09:00:00"),
    event("cleo", "signup", "2024-01-31 09:00:00.000001"),
    event("cleo", "purchase", "2024-01-31 10:00:00"),
    # A step left out.
    event("dan", "view", "2024-01-05 09:00:00"),
    event("dan", "purchase", "2024-01-05 10:00:00"),
    # Two views in one microsecond are two views.
    event("eve", "view", "2024-01-06 09:00:00", "view 1"),
    event("eve", "view", "2024-01-06 09:00:00", "view 2"),
    # Never viewed.
    event("finn", "signup", "2024-01-07 09:00:00"),
    event("finn", "purchase", "2024-01-07 10:00:00"),
]

FUNNELS = {
    "drop_off": {"steps": list(DROP_OFF), "window": "1 day"},
    "ten_of_fifty": {"steps": ["visit", "lead"], "window": "1 day"},
    "sixteen_rows": {"steps": ["view", "signup", "purchase"], "window": "30 days"},
    "sixteen_rows_strict": {
        "steps": ["view", "signup", "purchase"],
        "window": "30 days",
        "ties": "strict",
    },
    "two_views": {"steps": ["view", "view"], "window": "30 days"},
    "two_views_strict": {"steps": ["view", "view"], "window": "30 days", "ties": "strict"},
    # The last step comes exactly four hours after the first.
    "window_end": {"steps": ["aware", "loyal"], "window": "4 hours"},
    "window_too_short": {"steps": ["aware", "loyal"], "window": "239 minutes"},
}


@pytest.fixture(scope="module")
def funnels(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worked")
    assert len(SIXTEEN_ROWS) == 16
    files = write_rows(
        folder / "events.parquet", [*drop_off_events(), *ten_of_fifty(), *SIXTEEN_ROWS]
    )
    goals = [*DROP_OFF, "visit", "lead", "view", "signup", "purchase"]
    project = Project(
        folder,
        **generic(files),
        goals=[{"name": name, "match": {"event": name}} for name in goals],
        funnels=[{"name": name, **funnel} for name, funnel in FUNNELS.items()],
        cohorts=[],
    )
    project.build("+funnel_steps")
    return project


@pytest.fixture
def steps(funnels):
    def read(name, *columns):
        return funnels.values(
            f"select {', '.join(columns)} from funnel_steps"
            " where funnel_name = ? and breakdown_name = 'all' order by step_number",
            [name],
        )

    return read


def test_drop_off_rates(steps):
    rows = steps("drop_off", "units_reached", "dropped_off", "drop_off_rate")
    assert [row[0] for row in rows] == [10_000, 5_000, 3_000, 1_500, 200]
    assert [row[1] for row in rows[1:]] == [5_000, 2_000, 1_500, 1_300]
    assert [round(100 * row[2], 2) for row in rows[1:]] == [50, 40, 50, 86.67]


def test_rates_are_of_entered_and_of_the_previous_step(steps):
    rows = steps("drop_off", "conversion_rate", "step_conversion_rate")
    assert [row[0] for row in rows] == pytest.approx([1, 0.5, 0.3, 0.15, 0.02])
    assert [row[1] for row in rows[1:]] == pytest.approx([0.5, 0.6, 0.5, 200 / 1500])


def test_ten_of_fifty_is_twenty_percent(steps):
    assert steps("ten_of_fifty", "units_reached", "conversion_rate") == [(50, 1), (10, 0.2)]


def test_times_between_steps(steps):
    rows = steps(
        "drop_off",
        "median_seconds_from_previous",
        "mean_seconds_from_previous",
        "median_seconds_from_first",
    )
    assert rows[1:] == [(3600, 3600, hour * 3600) for hour in range(1, 5)]


@pytest.mark.parametrize(
    ("name", "reached"),
    [
        ("sixteen_rows", [5, 1, 1]),
        ("sixteen_rows_strict", [5, 0, 0]),
        ("two_views", [5, 1]),
        ("two_views_strict", [5, 0]),
        ("window_end", [10_000, 200]),
        ("window_too_short", [10_000, 0]),
    ],
)
def test_units_reached(steps, name, reached):
    assert [row[0] for row in steps(name, "units_reached")] == reached


# Examples of docs/definitions.md. '9/10:00' is 10:00 on 9 May 2024, '10:00' is on 1 May. Expected
# are the times of each person's steps, '-' where one was not reached.
VIEW_CART_ORDER = ["view", "cart", "order"]
VIEW_ORDER = ["view", "order"]
HOUR = {"window": "1 hour"}


def example(steps, people, expected, **options):
    return {"steps": steps, "people": people, "expected": expected, "options": options}


def orders(kind, **options):
    """The rows of the table of `order`, in one of its columns."""
    logs = {
        "a": "view 10:00; view 10:01; cart 10:02; order 10:03",
        "b": "view 10:00; scroll 10:01; cart 10:02; order 10:03",
        "c": "view 10:00; cart 10:01; view 10:02; order 10:03",
        "d": "order 10:00; view 10:01; cart 10:02",
        "e": "cart 10:00; view 10:20; order 11:10",
    }
    expected = {
        "ordered": {
            "a": "10:01 10:02 10:03",
            "b": "10:00 10:02 10:03",
            "c": "10:00 10:01 10:03",
            "d": "10:01 10:02 -",
            "e": "10:20 - -",
        },
        "strict": {
            "a": "10:01 10:02 10:03",
            "b": "10:00 - -",
            "c": "10:00 10:01 -",
            "d": "10:01 10:02 -",
            "e": "10:20 - -",
        },
        "any": {
            "a": "10:01 10:02 10:03",
            "b": "10:00 10:02 10:03",
            "c": "10:01 10:02 10:03",
            "d": "10:00 10:01 10:02",
            "e": "10:00 10:20 -",
        },
    }
    return example(VIEW_CART_ORDER, logs, expected[kind], order=kind, **HOUR)


def occurrences(kind, *expected):
    logs = {
        "nothing": "view 2/10:00; order 3/10:00 plan=pro",
        "free": "order 10:00 plan=free; view 2/10:00; order 3/10:00 plan=pro",
        "pro": "order 10:00 plan=pro; view 2/10:00; order 3/10:00 plan=pro",
    }
    reached = {person: "2/10:00 " + time for person, time in zip(logs, expected)}
    step = {"goal": "paid_order", "occurrence": kind}
    return example(["view", step], logs, reached, window="7 days")


def ads(breakdown_by, value):
    log = "view 10:00 ad=spring; view 9/10:00 ad=summer; order 10/10:00; view 18/10:00 ad=autumn"
    found = example(
        VIEW_ORDER,
        {"ann": log},
        {"ann": "9/10:00 10/10:00"},
        window="7 days",
        breakdowns=["ad"],
        breakdown_by=breakdown_by,
    )
    return {**found, "ads": {"ann": value}}


DOCUMENTS = {
    "ann": "opened 10:00 document=1; shared 10:01 document=2",
    "bob": "opened 10:00 document=1; shared 10:01 document=2; opened 10:02 document=3;"
    " shared 10:03 document=3",
}
ACME = {
    "ann": "view 10:00 account=acme session=1",
    "bob": "order 10:30 account=acme session=1",
}
PASSES = {
    "ann": "view 10:00; order 10:05; view 11:00; view 11:10; order 11:20; view 12:00",
}
LAGS = {f"person {lag}": f"view 10:00; order 10:{lag:02}" for lag in (1, 2, 3, 10)}
EXAMPLES = {
    "attempts": example(
        VIEW_CART_ORDER,
        {"ann": "view 10:00; view 9/10:00; cart 10/10:00; order 12/10:00"},
        {"ann": "9/10:00 10/10:00 12/10:00"},
        window="7 days",
    ),
    "ties": example(
        ["cart", "view"], {"ann": "view 10:00; cart 10:00"}, {"ann": "10:00 10:00"}, **HOUR
    ),
    "strict_ties": example(
        ["cart", "view"],
        {"ann": "view 10:00; cart 10:00"},
        {"ann": "10:00 -"},
        ties="strict",
        **HOUR,
    ),
    "max_gap": example(
        [
            "view",
            {"goal": "cart", "max_gap": "10 minutes"},
            {"goal": "order", "max_gap": "10 minutes"},
        ],
        {"ann": "view 10:00; cart 10:05; cart 10:10; order 10:18"},
        {"ann": "10:00 10:05 -"},
        **HOUR,
    ),
    "min_gap": example(
        ["view", {"goal": "cart", "min_gap": "1 minute"}],
        {"ann": "view 10:00; cart 10:00:20; cart 10:05"},
        {"ann": "10:00 10:05"},
        **HOUR,
    ),
    "ordered": orders("ordered"),
    "strict": orders("strict"),
    "any": orders("any"),
    "open": example(
        VIEW_CART_ORDER,
        {
            "ann": "view 10:00; cart 10:10",
            "bob": "cart 10:00",
            "cleo": "view 10:00; order 10:10",
        },
        {"ann": "10:00 10:10 -", "bob": "- 10:00 -", "cleo": "10:00 - 10:10"},
        entry="any_step",
        **HOUR,
    ),
    "optional": example(
        ["view", {"goal": "coupon", "optional": True}, "order"],
        {
            "left_out": "view 10:00; order 10:30",
            "done": "view 10:00; coupon 10:10; order 10:30",
            "too_late": "view 10:00; order 10:30; coupon 10:40",
            "in_vain": "view 10:00; coupon 10:10",
        },
        {
            "left_out": "10:00 - 10:30",
            "done": "10:00 10:10 10:30",
            "too_late": "10:00 - 10:30",
            "in_vain": "10:00 10:10 -",
        },
        **HOUR,
    ),
    "exclusions": example(
        VIEW_ORDER,
        {
            "excluded": "view 10:00; complaint 10:10; order 10:30",
            "came_back": "view 10:00; complaint 10:10; view 10:20; order 10:30",
            "no_end": "view 10:00; complaint 10:10",
            "too_late": "view 10:00; complaint 11:00:01",
            "after": "view 10:00; order 10:30; complaint 10:40",
        },
        {"came_back": "10:20 10:30", "too_late": "10:00 -", "after": "10:00 10:30"},
        exclusions=["complaint"],
        **HOUR,
    ),
    "by_visitor": example(VIEW_ORDER, ACME, {"ann": "10:00 -"}, **HOUR),
    "by_session": example(
        VIEW_ORDER, ACME, {"by_session ann.1": "10:00 -"}, unit="session", **HOUR
    ),
    "by_account": example(
        VIEW_ORDER, ACME, {"acme": "10:00 10:30"}, unit={"property": "account"}, **HOUR
    ),
    "held": example(
        ["opened", "shared"],
        DOCUMENTS,
        {"ann": "10:00 -", "bob": "10:02 10:03"},
        hold_constant="document",
        **HOUR,
    ),
    "every": occurrences("every", "3/10:00", "3/10:00", "3/10:00"),
    "first_matching": occurrences("first_matching", "3/10:00", "3/10:00", "-"),
    "first_ever": occurrences("first_ever", "3/10:00", "-", "-"),
    "units": example(VIEW_ORDER, PASSES, {"ann": "10:00 10:05"}, **HOUR),
    "totals": example(
        VIEW_ORDER,
        PASSES,
        {"ann": ["10:00 10:05", "11:10 11:20", "12:00 -"]},
        mode="totals",
        **HOUR,
    ),
    "dates": example(
        VIEW_ORDER,
        {"ann": "view 23:00; order 2/01:00", "bob": "view 2/00:00; order 2/01:00"},
        {"ann": "23:00 2/01:00"},
        window="7 days",
        date_to="2024-05-01",
    ),
    "maturity": example(
        ["view"],
        {"mature": "view 13/12:00", "immature": "view 13/12:00:00.000001"},
        {"mature": "13/12:00", "immature": "13/12:00:00.000001"},
        window="7 days",
    ),
    "entry_step": ads("entry_step", "summer"),
    "step": ads({"step": 2}, "(not set)"),
    "first_touch": ads("first_touch", "spring"),
    "last_touch": ads("last_touch", "autumn"),
    "all_events": ads("all_events", "(mixed)"),
    "limit": example(
        ["view"],
        {
            f"{ad} {number}": f"view 10:00 ad={ad}"
            for ad, people in {"spring": 5, "summer": 2, "autumn": 1}.items()
            for number in range(people)
        },
        None,
        breakdowns=["ad"],
        breakdown_limit=1,
        **HOUR,
    ),
    "times": example(VIEW_ORDER, LAGS, None, **HOUR),
    "trends": example(
        VIEW_ORDER,
        {"ann": "view 10:00; order 10:30; view 3/10:00"},
        {"ann": "10:00 10:30"},
        **HOUR,
    ),
    "drop_offs": example(
        VIEW_ORDER,
        {"ann": "view 10:00; search 10:02; scroll 10:03; exit 10:04; view 11:00"},
        {"ann": "10:00 -"},
        **HOUR,
    ),
}
# The data ends here.
END = "20/12:00"


def time_of(text):
    day, clock = text.split("/") if "/" in text else (1, text)
    return datetime.fromisoformat(f"2024-05-{int(day):02} {clock}")


def prefixed(name, value):
    """Names of events and goals are of one example only."""
    if isinstance(value, dict):
        return {**value, "goal": f"{name} {value['goal']}"}
    return f"{name} {value}"


def example_events():
    yield event("nobody", "the end", str(time_of(END)))
    for name, one in EXAMPLES.items():
        for person, log in one["people"].items():
            for number, line in enumerate(log.split(";")):
                kind, time, *pairs = line.split()
                properties = dict(pair.split("=") for pair in pairs)
                yield {
                    **event(f"{name} {person}", f"{name} {kind}", str(time_of(time))),
                    "event_id": f"{name} {person} {number}",
                    "session_id": properties.pop("session", None),
                    "properties": properties,
                }


def example_funnels():
    for name, one in EXAMPLES.items():
        options = dict(one["options"])
        if "exclusions" in options:
            options["exclusions"] = [{"event": f"{name} {kind}"} for kind in options["exclusions"]]
        steps = [prefixed(name, step) for step in one["steps"]]
        yield {"name": name, "steps": steps, **options}


def example_goals():
    for funnel in example_funnels():
        name = funnel["name"]
        for step in funnel["steps"]:
            goal = step["goal"] if isinstance(step, dict) else step
            match = {"event": goal}
            if goal.endswith("paid_order"):
                match = {"event": f"{name} order", "where": {"plan": "pro"}}
            yield {"name": goal, "match": match}


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    project = Project(
        folder,
        **generic(write_rows(folder / "events.parquet", example_events())),
        goals=list(example_goals()),
        funnels=list(example_funnels()),
        cohorts=[],
    )
    project.build("+funnel_steps", "+funnel_trends", "+funnel_time_to_convert", "+funnel_drop_offs")
    return project


@pytest.mark.parametrize("name", [name for name, one in EXAMPLES.items() if one["expected"]])
def test_units_of_the_definitions(examples, name):
    one = EXAMPLES[name]
    times = ", ".join(f"step_{number}_at" for number in range(1, len(one["steps"]) + 1))
    found = {}
    for unit, *reached in examples.values(
        f"select unit_id, {times} from funnel_units where funnel_name = ? order by pass_number",
        [name],
    ):
        found.setdefault(unit.removeprefix(f"{name} "), []).append(tuple(reached))
    expected = {}
    for unit, steps in one["expected"].items():
        expected[unit.removeprefix(f"{name} ")] = [
            tuple(None if time == "-" else time_of(time) for time in line.split())
            for line in ([steps] if isinstance(steps, str) else steps)
        ]
    assert found == expected


@pytest.mark.parametrize("name", [name for name, one in EXAMPLES.items() if "ads" in one])
def test_breakdowns_of_the_definitions(examples, name):
    rows = examples.values(
        "select unit_id, dimensions from funnel_units where funnel_name = ?", [name]
    )
    found = {unit: json.loads(dimensions)["ad"] for unit, dimensions in rows}
    assert found == {f"{name} {unit}": ad for unit, ad in EXAMPLES[name]["ads"].items()}


def test_the_rest_is_other(examples):
    rows = examples.values(
        "select breakdown_value, units_entered from funnel_steps"
        " where funnel_name = 'limit' and breakdown_name = 'ad'"
    )
    assert dict(rows) == {"spring": 5, "(other)": 3}


def test_an_open_funnel_counts_each_step_by_itself(examples):
    rows = examples.values(
        "select units_entered, units_reached, conversion_rate, step_conversion_rate, dropped_off"
        " from funnel_steps where funnel_name = 'open' order by step_number"
    )
    assert rows == [(3, 2, 2 / 3, 1, 0), (3, 2, 2 / 3, 1 / 2, 1), (3, 1, 1 / 3, 0, 2)]


def test_optional_steps_have_no_drop_off(examples):
    rows = examples.values(
        "select units_reached, dropped_off, median_seconds_from_previous"
        " from funnel_steps where funnel_name = 'optional' order by step_number"
    )
    assert rows == [(4, 0, None), (2, None, 600), (3, 1, 1800)]


def test_excluded_units_are_counted(examples):
    rows = examples.values(
        "select units_entered, excluded_units from funnel_steps where funnel_name = 'exclusions'"
    )
    assert set(rows) == {(3, 2)}


def test_held_values(examples):
    rows = examples.values(
        "select unit_id, held_value from funnel_units where funnel_name = 'held'"
    )
    assert dict(rows) == {"held ann": "1", "held bob": "3"}


def test_totals_count_passes(examples):
    rows = examples.values(
        "select funnel_name, units_entered, units_reached from funnel_steps"
        " where funnel_name in ('units', 'totals') and step_number = 2 order by 1"
    )
    assert rows == [("totals", 3, 2), ("units", 1, 1)]


def test_maturity(examples):
    rows = examples.values(
        "select unit_id, is_immature from funnel_units where funnel_name = 'maturity'"
    )
    assert dict(rows) == {"maturity mature": False, "maturity immature": True}


def test_percentiles_and_histogram(examples):
    (row,) = examples.values(
        "select mean_seconds_from_previous, median_seconds_from_previous,"
        " p75_seconds_from_previous, p90_seconds_from_previous, p95_seconds_from_previous"
        " from funnel_steps where funnel_name = 'times' and step_number = 2"
    )
    assert row == pytest.approx((240, 150, 285, 474, 537))
    rows = examples.values(
        "select bucket_to_seconds, units from funnel_time_to_convert"
        " where funnel_name = 'times' and units > 0 order by 1"
    )
    assert rows == [(60, 1), (120, 1), (300, 1), (600, 1)]


def test_a_unit_counts_once_a_period(examples):
    rows = examples.values(
        "select period, period_start, units_entered, units_reached from funnel_trends"
        " where funnel_name = 'trends' and step_number = 2"
    )
    first = time_of("00:00").date()
    assert sorted(rows) == [
        ("day", first, 1, 1),
        ("day", first + timedelta(days=2), 1, 0),
        ("month", first, 1, 1),
        ("week", first - timedelta(days=2), 1, 1),
    ]


def test_what_a_dropped_off_unit_did_next(examples):
    rows = examples.values(
        "select last_step_number, stopped_at, next_event_1, next_event_2, next_event_3"
        " from funnel_drop_offs where funnel_name = 'drop_offs'"
    )
    following = ["drop_offs search", "drop_offs scroll", "drop_offs exit"]
    assert rows == [(1, time_of("10:00"), *following)]
