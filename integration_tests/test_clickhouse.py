"""The same answers as ClickHouse's windowFunnel and retention, wherever the definitions agree."""

import subprocess
import sys
from json import loads
from random import Random

import pytest

from helpers import EXAMPLES, Project, generic, micros, moment, write_rows
from oracles import DAY, HOUR, MINUTE

ZONE = "America/New_York"
WINDOW = HOUR
# The night before the clocks of New York go forward.
START = micros("2024-03-09 20:00")
PERSONS = min(max(EXAMPLES, 2_000), 20_000)

# windowFunnel keeps "one event, one step" only with strict_once. By itself
# * the default mode is ours as long as no goal comes twice, ties included;
# * strict_increase forgets an earlier event of a step when a later one is tied with the next step;
# * strict_order ends at the first foreign event, and never tries the entries after it.
ONCE = ["strict_once"]
ONCE_STRICT = ["strict_once", "strict_increase"]
FUNNELS = {
    "abc": {"steps": "abc"},
    "aab": {"steps": "aab"},
    "aba": {"steps": "aba"},
    "abab": {"steps": "abab"},
    "abc_strict_ties": {"steps": "abc", "ties": "strict"},
    "aab_strict_ties": {"steps": "aab", "ties": "strict"},
    "abac_strict_ties": {"steps": "abac", "ties": "strict"},
    "abc_strict_order": {"steps": "abc", "order": "strict"},
    "aa": {"steps": "aa"},
}
# Whose logs, funnel, mode.
AGREE = [
    ("tied", "abc", []),
    ("tied", "abc", ONCE),
    ("tied", "aab", ONCE),
    ("tied", "aba", ONCE),
    ("tied", "abab", ONCE),
    ("tied", "abc_strict_ties", ONCE_STRICT),
    ("tied", "aab_strict_ties", ONCE_STRICT),
    ("tied", "abac_strict_ties", ONCE_STRICT),
    ("apart", "aba", []),
    ("apart", "abc_strict_ties", ["strict_increase"]),
    ("once", "abc_strict_order", ["strict_order"]),
]
# Each a log in minutes, funnel, mode, our depth and theirs.
DIFFER = {
    "one_event_two_steps": ("a0", "aa", [], 1, 2),
    "two_events_two_steps": ("a0 a1", "aa", ["strict_increase"], 2, 1),
    "tie_hides_an_earlier_entry": ("a0 a3 b3", "abc_strict_ties", ["strict_increase"], 2, 1),
    "entry_after_a_foreign_event": ("a0 x1 a2 b3", "abc_strict_order", ["strict_order"], 2, 1),
    "step_1_again_breaks": ("a0 b1 a2 c3", "abc_strict_order", ["strict_order"], 2, 3),
}
COHORTS = {
    f"{start}_{back}_{interval}": (start, back, interval, intervals)
    for start, back in ["ab", "aa", "cb"]
    for interval, intervals in [("day", 7), ("week", 6), ("month", 3)]
}


def clickhouse(sql):
    """Rows of a query, from a process of its own: the engine brings its own memory allocator."""
    program = "import chdb, sys; print(chdb.query(sys.stdin.read(), 'JSONCompact'))"
    done = subprocess.run(
        [sys.executable, "-c", program], input=sql, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [tuple(row) for row in loads(done.stdout)["data"]]


def window_funnels(rows, funnels):
    """{unit: [depth of each funnel]} of (window, steps, mode) over `rows` (unit, t, name).

    `t` is an unsigned integer: of times the function takes whole seconds only.
    """
    levels = ", ".join(
        f"windowFunnel({window}{''.join(f', {one!r}' for one in mode)})"
        f"(t, {', '.join(f'name = {step!r}' for step in steps)})"
        for window, steps, mode in funnels
    )
    return {
        unit: list(map(int, depths))
        for unit, *depths in clickhouse(f"select unit, {levels} from ({rows}) group by unit")
    }


def our_depths(project, funnel):
    return dict(
        project.values("select unit_id, depth from funnel_units where funnel_name = ?", [funnel])
    )


def period(at, interval, zone):
    local = f"toTimeZone({at}, '{zone}')"
    return (
        f"toStartOfWeek({local}, 1)"
        if interval == "week"
        else f"toStartOf{interval.title()}({local})"
    )


def retention_rows(rows, zone, start, back, interval):
    """SQL: the rows of (unit, at, name) with the cohort of their unit and their own interval."""
    return f"""
        select unit, cohort, name, dateDiff('{interval}', cohort, period) as number
        from (select *, toDate({period("at", interval, zone)}) as period from ({rows})) as moments
        inner join (
            select unit, toDate(min({period("at", interval, zone)})) as cohort
            from ({rows}) where name = '{start}' group by unit
        ) as members using (unit)
    """


def by_retention(rows, zone, start, back, interval, intervals):
    """Rows of a cohort: its start, its size, and the units that came back in each interval."""
    later = ", ".join(f"name = '{back}' and number = {n}" for n in range(1, intervals + 1))
    sums = ", ".join(f"sum(cells[{n + 1}])" for n in range(intervals + 1))
    return clickhouse(f"""
        select toString(cohort), {sums} from (
            select any(cohort) as cohort,
                retention(name = '{start}' and number = 0, {later}) as cells
            from ({retention_rows(rows, zone, start, back, interval)}) group by unit
        ) group by cohort
    """)


def by_masks(rows, zone, start, back, interval, intervals):
    """The same from a bit for each interval with a return."""
    counts = ", ".join(f"countIf(bitTest(mask, {n}))" for n in range(1, intervals + 1))
    return clickhouse(f"""
        select toString(cohort), count(), {counts} from (
            select any(cohort) as cohort, groupBitOrIf(
                bitShiftLeft(toUInt64(1), toUInt8(least(greatest(number, 0), 63))),
                name = '{back}' and number between 1 and {intervals}
            ) as mask
            from ({retention_rows(rows, zone, start, back, interval)}) group by unit
        ) group by cohort
    """)


def check_retention(project, name, theirs):
    """Cells that are over; the others are null with us, and numbers with them."""
    expected = {
        (cohort, number): int(units)
        for cohort, *cells in theirs
        for number, units in enumerate(cells)
    }
    found = {
        (str(cohort), number): (size, units)
        for cohort, number, size, units in project.values(
            "select cohort_start, interval_number, cohort_size, units_returned"
            " from cohort_retention where cohort_name = ? and breakdown_name = 'all'",
            [name],
        )
    }
    assert {cohort for cohort, _ in expected} <= {cohort for cohort, _ in found}
    assert any(number > 0 and units for (_, number), (_, units) in found.items())
    for (cohort, number), (size, units) in found.items():
        assert size == expected.get((cohort, 0), 0), (cohort, number)
        if number > 0 and units is not None:
            assert units == expected.get((cohort, number), 0), (cohort, number)


def random_log(random, kind):
    """`tied` minutes, minutes far `apart`, `apart` with a single entry (`once`), or months."""
    size = random.randint(1, 9)
    if kind == "months":
        minutes = [360 * random.randint(-280, 20) for _ in range(size)]
    elif kind == "tied":
        minutes = [10 * random.randint(0, 9) for _ in range(size)]
    else:
        minutes = [5 * slot for slot in random.sample(range(20), size)]
    for number, minute in enumerate(minutes):
        name = random.choice("bbccx" if kind == "once" else "aabbcx")
        if kind == "once" and number == 0:
            name = "a"
        # Now and then one microsecond beside the end of a window.
        yield name, START + MINUTE * minute + random.choice([0] * 8 + [-1, 1]) * (kind != "tied")


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """A project with random logs, and the same rows for the other engine."""
    random = Random(8)
    events = {
        f"{kind}_{number}": list(random_log(random, kind))
        for kind in ("tied", "apart", "once", "months")
        for number in range(PERSONS)
    }
    for person, (text, *_) in DIFFER.items():
        events[person] = [(one[0], START + MINUTE * int(one[1:])) for one in text.split()]
    folder = tmp_path_factory.mktemp("clickhouse")
    path = write_rows(
        folder / "events.parquet",
        [
            {
                "event_id": f"{person}_{number}",
                "event_name": name,
                "event_at": moment(at),
                "anonymous_id": person,
            }
            for person, log in events.items()
            for number, (name, at) in enumerate(log)
        ],
    )
    project = Project(
        folder,
        **generic(path),
        timezone=ZONE,
        goals=[{"name": name, "match": {"event": name}} for name in "abc"],
        funnels=[
            {"name": name, "window": "1 hour", **funnel, "steps": list(funnel["steps"])}
            for name, funnel in FUNNELS.items()
        ],
        cohorts=[
            {"name": name, "start": start, "return": back, "interval": interval, "intervals": count}
            for name, (start, back, interval, count) in COHORTS.items()
        ],
    )
    project.build("+funnel_units", "+cohort_retention")
    return (
        project,
        f"""
        select anonymous_id as unit, event_name as name, event_at as at,
            toUInt64(toUnixTimestamp64Micro(event_at)) as t
        from file('{path}', Parquet)
    """,
    )


def test_same_depths(logs):
    project, rows = logs
    theirs = window_funnels(
        rows, [(WINDOW, FUNNELS[funnel]["steps"], mode) for _, funnel, mode in AGREE]
    )
    for number, (kind, funnel, mode) in enumerate(AGREE):
        ours = our_depths(project, funnel)
        wrong = {
            unit: (ours.get(unit, 0), depths[number])
            for unit, depths in theirs.items()
            if unit.startswith(kind) and ours.get(unit, 0) != depths[number]
        }
        assert not wrong, f"{funnel} {mode}: (ours, theirs)"
        assert len({ours.get(unit) for unit in theirs if unit.startswith(kind)}) > 2


@pytest.mark.parametrize("person", DIFFER)
def test_known_differences(logs, person):
    project, rows = logs
    _, funnel, mode, our_depth, their_depth = DIFFER[person]
    theirs = window_funnels(
        f"select * from ({rows}) where unit = '{person}'",
        [(WINDOW, FUNNELS[funnel]["steps"], mode)],
    )
    assert our_depths(project, funnel)[person] == our_depth
    assert theirs == {person: [their_depth]}


@pytest.mark.parametrize("name", COHORTS)
@pytest.mark.parametrize("how", [by_retention, by_masks])
def test_same_retention(logs, name, how):
    project, rows = logs
    check_retention(project, name, how(rows, ZONE, *COHORTS[name]))


STEPS = ["view_item", "add_to_cart", "begin_checkout", "purchase"]
SHOP_FUNNELS = {
    "7 days": (7 * DAY, STEPS, []),
    "1 hour": (HOUR, STEPS, []),
    "strict": (7 * DAY, STEPS, ONCE_STRICT),
    "twice": (7 * DAY, ["add_to_cart", "view_item", "view_item", "add_to_cart"], ONCE),
}
SHOP_COHORTS = {
    "viewers": ("view_item", "view_item", "week", 4),
    "buyers": ("purchase", "view_item", "week", 4),
    "viewers by day": ("view_item", "add_to_cart", "day", 7),
}


@pytest.fixture(scope="module")
def shop(sample_data, tmp_path_factory):
    folder = sample_data / "ga4_sample_ecommerce"
    if not folder.is_dir():
        pytest.skip(f"no GA4 sample in {folder}")
    files = str(folder / "events_*.parquet")
    project = Project(
        tmp_path_factory.mktemp("shop"),
        sources={"ga4": {"files": files}},
        goals=[{"name": name, "match": {"event": name}} for name in STEPS],
        funnels=[
            {
                "name": name,
                "steps": steps,
                "window": f"{window // HOUR} hours",
                "ties": "strict" if name == "strict" else "step_order",
            }
            for name, (window, steps, _) in SHOP_FUNNELS.items()
        ],
        cohorts=[
            {"name": name, "start": start, "return": back, "interval": interval, "intervals": count}
            for name, (start, back, interval, count) in SHOP_COHORTS.items()
        ],
    )
    project.build("+funnel_units", "+cohort_retention")
    return project, files


def test_same_depths_of_a_shop(shop, tmp_path):
    """In the order that the export gives its ties: windowFunnel cannot see it in the times."""
    project, _ = shop
    path = tmp_path / "events.parquet"
    project.rows(
        f"copy (select visitor_id, event_name, event_order::ubigint as event_order from events)"
        f" to '{path}' (format parquet)"
    )
    theirs = window_funnels(
        f"select visitor_id as unit, event_name as name, event_order as t"
        f" from file('{path}', Parquet)",
        # A thousand orders a microsecond.
        [(window * 1000 + 999, steps, mode) for window, steps, mode in SHOP_FUNNELS.values()],
    )
    for number, funnel in enumerate(SHOP_FUNNELS):
        ours = our_depths(project, funnel)
        wrong = {
            unit: (ours.get(unit, 0), depths[number])
            for unit, depths in theirs.items()
            if ours.get(unit, 0) != depths[number]
        }
        assert not wrong, f"{funnel}: (ours, theirs)"
        assert max(ours.values()) == len(SHOP_FUNNELS[funnel][1])


@pytest.mark.parametrize("name", SHOP_COHORTS)
@pytest.mark.parametrize("how", [by_retention, by_masks])
def test_same_retention_of_a_shop(shop, name, how):
    project, files = shop
    rows = (
        "select user_pseudo_id as unit, event_name as name,"
        f" fromUnixTimestamp64Micro(event_timestamp) as at from file('{files}', Parquet)"
    )
    check_retention(project, name, how(rows, "UTC", *SHOP_COHORTS[name]))
