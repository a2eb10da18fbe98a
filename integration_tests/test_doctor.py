"""The doctor finds what was planted in the last raw rows, and nothing else; answers are by hand."""

from datetime import datetime, timedelta

import duckdb
import pytest

from helpers import Failed, Project, generic, write_rows

NOW = datetime(2026, 3, 10, 12)
COLUMNS = {
    "event_id": "varchar",
    "event_name": "varchar",
    "event_at": "timestamp",
    "loaded_at": "timestamp",
    "anonymous_id": "varchar",
    "page_path": "varchar",
    "properties": "json",
}
# event, parameter, required, fill rate, type
PLAN = [
    ("*", "locale", False, None, "text"),
    ("*", "app_version", True, 0.1, None),
    ("page_view", None, True, None, None),
    ("page_view", "page_path", True, None, "text"),
    ("purchase", None, True, None, None),
    ("purchase", "order_id", True, None, None),
    ("purchase", "amount", True, 0.5, "number"),
    ("purchase", "is_gift", False, None, "boolean"),
    ("purchase", "coupon", False, None, None),
    ("login", None, False, None, None),
    ("login", "method", True, None, None),
    ("sign_up", None, True, None, None),
    ("newsletter_joined", None, True, None, None),
    ("refund", None, False, None, None),
    ("refund", "order_id", True, None, None),
]
# Without tests that ask for tables which the doctor does not need.
CAUTIOUS = ["--indirect-selection", "cautious", "--exclude-resource-type", "unit_test"]


def event(event_id, name, *, ago=0.0, delay=2, path=None, **properties):
    """A row that was loaded `ago` hours before NOW, `delay` seconds after its event."""
    loaded_at = NOW - timedelta(hours=ago)
    return {
        "event_id": event_id,
        "event_name": name,
        "event_at": loaded_at - timedelta(seconds=delay),
        "loaded_at": loaded_at,
        "anonymous_id": "phone",
        "page_path": path,
        "properties": properties,
    }


def purchases():
    """Ten orders, two of them twice; two without an id, one with a wrong amount, one misspelt."""
    found = [
        event(
            f"order{number}",
            "purchase",
            ago=number,
            order_id=None if number in (3, 4) else f"o{number}",
            amount="twelve" if number == 5 else number + 0.5,
            is_gift=["true", "false", "1", "yes"][number % 4],
        )
        for number in range(10)
    ]
    found[6]["properties"]["orderId"] = "o6"
    return [*found, found[0], found[0], found[1]]


def rows():
    return [
        *purchases(),
        # A minute before the window of seven days, and its first moment.
        event("old", "sign_up", ago=7 * 24 + 1 / 60),
        event("first", "login", ago=7 * 24),
        event("second", "login", ago=1),
        # Clocks: 20 are right, one is five hours behind and one two hours ahead.
        *(
            event(f"view{number}", "page_view", ago=number, path="/", app_version="7", locale="en")
            for number in range(20)
        ),
        event("behind", "page_view", ago=2, delay=5 * 3600, path="/"),
        event("ahead", "page_view", ago=2, delay=-2 * 3600, path=""),
        # Names that nobody planned.
        event("typo1", "purchse", ago=1, amount=1),
        event("typo2", "purchse", ago=2),
        event("camel", "Page View", ago=3),
        event("odd", "zzz", ago=3),
        # All that came of a required event is refused; one row has no name.
        event("future", "newsletter_joined", delay=-30 * 3600, ago=3),
        event("nameless", None, ago=3),
    ]


class Clinic:
    def __init__(self, folder):
        write_rows(folder / "in.parquet", rows(), COLUMNS)
        self.log = folder / "logs" / "dbt.log"
        self.project = Project(
            folder,
            **generic(folder / "in.parquet"),
            relations={"tracking_plan": "main.plan"},
            goals=[],
            funnels=[],
            cohorts=[],
        )
        self.plan(PLAN)

    def plan(self, rows):
        with duckdb.connect(str(self.project.database)) as database:
            database.execute(
                "create or replace table plan (event_name varchar, parameter_name varchar,"
                " is_required boolean, min_fill_rate double, value_type varchar)"
            )
            for row in rows:
                database.execute("insert into plan values (?, ?, ?, ?, ?)", row)

    def event(self, name, columns="status"):
        [row] = self.project.values(
            f"select {columns} from doctor_events where event_name = ?", [name]
        )
        return row

    def parameter(self, event_name, name, columns="status"):
        [row] = self.project.values(
            f"select {columns} from doctor_parameters where event_name = ? and parameter_name = ?",
            [event_name, name],
        )
        return row


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    """After one run of the doctor, which must fail."""
    clinic = Clinic(tmp_path_factory.mktemp("clinic"))
    with pytest.raises(Failed) as failure:
        clinic.project.dbt("build", "--select", "+tag:doctor", *CAUTIOUS)
    clinic.failure = str(failure.value)
    clinic.said = clinic.log.read_text(encoding="utf-8")
    return clinic


def test_required_things_that_are_missing_fail(clinic):
    """Two events and a parameter, each with its line; nothing else of the doctor fails."""
    assert "Got 2 results" in clinic.failure
    assert "Got 1 result" in clinic.failure
    said = {
        line.partition("waymark: ")[2]
        for line in clinic.said.splitlines()
        if "waymark: doctor_" in line
    }
    assert said == {
        "doctor_required_events_are_seen: sign_up is required, and not one came.",
        "doctor_required_events_are_seen: newsletter_joined came, but every row was rejected:"
        " in the future.",
        "doctor_required_parameters_are_seen: login.method is required, and no row has a value.",
    }


def test_window(clinic):
    """Seven days back from the newest row, whatever the time is now."""
    assert clinic.project.values(
        "select distinct window_started_at, window_ended_at from doctor_events"
    ) == [(NOW - timedelta(days=7), NOW)]
    # The first moment is in it.
    assert clinic.event("login", "raw_rows, last_seen_at") == (
        2,
        NOW - timedelta(hours=1, seconds=2),
    )


def test_events(clinic):
    assert dict(clinic.project.values("select event_name, status from doctor_events")) == {
        "page_view": "ok",
        "purchase": "ok",
        "login": "ok",
        "sign_up": "missing",
        "newsletter_joined": "rejected",
        "refund": "not_seen",
        "purchse": "unplanned",
        "Page View": "unplanned",
        "zzz": "unplanned",
        "(no name)": "rejected",
    }
    assert clinic.event("newsletter_joined", "raw_rows, rejected_rows, reject_reason, is_seen") == (
        (1, 1, "in the future", False)
    )
    assert clinic.event("(no name)", "reject_reason") == ("no event name",)
    assert clinic.event("sign_up", "raw_rows, is_seen, last_seen_at") == (0, False, None)


def test_nearest_planned_names(clinic):
    assert dict(
        clinic.project.values(
            "select event_name, nearest_name from doctor_events where status = 'unplanned'"
        )
    ) == {"purchse": "purchase", "Page View": "page_view", "zzz": None}
    assert clinic.event("purchse", "message") == (
        "purchse is not in the tracking plan. Did you mean purchase?",
    )
    assert clinic.parameter("purchase", "orderId", "status, nearest_name, filled_rows") == (
        ("unplanned", "order_id", 1)
    )
    # Parameters of unplanned events are not told one by one.
    assert clinic.project.values(
        "select count(*) from doctor_parameters where event_name = 'purchse'"
    ) == [(0,)]


def test_duplicates(clinic):
    """Three further copies among thirteen rows."""
    assert clinic.event("purchase", "raw_rows, duplicate_rows, duplicate_rate") == (
        (13, 3, pytest.approx(3 / 13))
    )
    assert clinic.event("page_view", "duplicate_rows, duplicate_rate") == (0, 0)
    assert clinic.event("sign_up", "duplicate_rate") == (None,)


def test_clocks(clinic):
    """Two of 22 are more than an hour off; the delay of the others is two seconds."""
    assert clinic.event("page_view", "median_delay_seconds, skewed_rate") == (
        (2, pytest.approx(2 / 22))
    )
    assert clinic.event("login", "median_delay_seconds, skewed_rate") == (2, 0)
    assert clinic.event("newsletter_joined", "skewed_rate") == (1,)


def test_parameters(clinic):
    assert dict(
        clinic.project.values(
            "select event_name || '.' || parameter_name, status from doctor_parameters"
        )
    ) == {
        "*.locale": "ok",
        "*.app_version": "ok",
        "page_view.page_path": "below_fill_rate",
        "purchase.order_id": "below_fill_rate",
        "purchase.amount": "wrong_type",
        "purchase.is_gift": "wrong_type",
        "purchase.coupon": "not_seen",
        "purchase.orderId": "unplanned",
        "login.method": "missing",
        "refund.order_id": "not_seen",
    }
    counts = "event_rows, filled_rows, fill_rate, min_fill_rate"
    # The column of staged rows; an empty text is no value.
    assert clinic.parameter("page_view", "page_path", counts) == (
        (22, 21, pytest.approx(21 / 22), 1)
    )
    assert clinic.parameter("purchase", "order_id", counts) == (13, 11, pytest.approx(11 / 13), 1)
    # Over all accepted rows of the window: 13 + 2 + 22 + 2 + 1 + 1.
    assert clinic.parameter("*", "app_version", counts) == (41, 20, pytest.approx(20 / 41), 0.1)


def test_wrong_types(clinic):
    assert clinic.parameter("purchase", "amount", "wrong_type_rows, wrong_value") == (1, "twelve")
    assert clinic.parameter("purchase", "is_gift", "wrong_type_rows, wrong_value") == (2, "yes")
    assert clinic.parameter("purchase", "amount", "message") == (
        'purchase.amount should be a number, and comes as "twelve".',
    )


def test_a_whole_build_only_warns(clinic):
    result = clinic.project.dbt("build", "--select", "+tag:doctor", "+events", *CAUTIOUS)
    found = {one.node.name: str(one.status) for one in result.results}
    assert found["doctor_required_events_are_seen"] == "warn"
    assert found["doctor_required_parameters_are_seen"] == "warn"


def test_a_plan_that_is_kept_passes(clinic):
    """A shorter window leaves out what came before."""
    kept = ("page_view", "purchase", "login", "*")
    clinic.plan([row for row in PLAN if row[0] in kept and row[1] != "method"])
    clinic.project.variables["doctor_window"] = "90 minutes"
    clinic.project.dbt("build", "--select", "tag:doctor", *CAUTIOUS)
    assert clinic.event("login", "raw_rows") == (1,)
    assert clinic.event("purchase", "raw_rows") == (5,)
    assert clinic.project.values(
        "select event_name from doctor_events where status = 'unplanned'"
    ) == [("purchse",)]


def test_without_a_plan_nothing_is_missing_or_unplanned(clinic):
    clinic.plan([])
    clinic.project.dbt("build", "--select", "tag:doctor", *CAUTIOUS)
    assert clinic.project.values("select distinct status from doctor_events") == [("ok",)]
    assert clinic.project.values("select count(*) from doctor_parameters") == [(0,)]
