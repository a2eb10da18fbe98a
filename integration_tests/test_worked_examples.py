"""The examples that the field explains funnels with."""

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
