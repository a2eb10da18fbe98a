"""events, sessions, visitors and visitor_aliases against brute force, on random logs."""

from collections import defaultdict
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import EXAMPLES, CompiledModels, Project, generic, moment, write_rows
from logs import generic_row, random_logs, several_ids, staged_row, with_duplicates
from oracles import DAY, HOUR, MINUTE, identity
from oracles import sessions as oracle
from oracles.calendar_periods import local_date

EMPTY_CONFIG = {"goals": [], "funnels": [], "cohorts": []}


def grouped(rows, key):
    groups = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def check_visitors(rows, events, policy, timezone):
    """Compares everything the core models say about who did what in which session."""
    owned = identity.with_visitors(events, policy, timezone)
    visits = oracle.sessions(owned)

    accepted = rows("select * from events")
    assert {row["event_id"]: row["visitor_id"] for row in accepted} == {
        event["event_id"]: identity.id_of(event["visitor"]) for event in owned
    }
    assert len(accepted) == len(owned)

    # Sessions hold the same events; which names and keys they carry is free.
    found = grouped(accepted, "session_key")
    assert all(row["visitor_id"] is None for row in found.pop(None, []))
    members = {frozenset(row["event_id"] for row in own): key for key, own in found.items()}
    expected = {frozenset(event["event_id"] for event in visit): visit for visit in visits}
    assert set(members) == set(expected)

    described = {row["session_key"]: row for row in rows("select * from sessions")}
    assert len(described) == len(visits)
    for ids, visit in expected.items():
        row = described[members[ids]]
        first, last = oracle.in_order(visit)[0], oracle.in_order(visit)[-1]
        starts = [one for one in found[members[ids]] if one["is_session_start"]]
        assert len(starts) == 1 and starts[0]["event_at"] == moment(first["at"])
        assert {
            "visitor_id": row["visitor_id"],
            "started_at": row["started_at"],
            "ended_at": row["ended_at"],
            "duration_seconds": row["duration_seconds"],
            "events": row["events"],
            "session_date": row["session_date"],
        } == {
            "visitor_id": identity.id_of(first["visitor"]),
            "started_at": moment(first["at"]),
            "ended_at": moment(last["at"]),
            "duration_seconds": (last["at"] - first["at"]) / 1_000_000,
            "events": len(visit),
            "session_date": local_date(first["at"], timezone),
        }

    # Session numbers count 1, 2, 3 ... in order of the start.
    for own in grouped(described.values(), "visitor_key").values():
        own.sort(key=lambda row: row["session_number"])
        assert [row["session_number"] for row in own] == list(range(1, len(own) + 1))
        starts = [row["started_at"] for row in own]
        assert starts == sorted(starts)

    seen = {row["visitor_id"]: row for row in rows("select * from visitors")}
    by_visitor = grouped((event for event in owned if isinstance(event["visitor"], str)), "visitor")
    assert set(seen) == set(by_visitor)
    for visitor, own in by_visitor.items():
        row = seen[visitor]
        times = [event["at"] for event in own]
        assert (
            row["first_seen_at"], row["last_seen_at"], row["events"], row["sessions"]
        ) == (
            moment(min(times)), moment(max(times)), len(own),
            sum(visit[0]["visitor"] == visitor for visit in visits),
        )  # fmt: skip

    if policy == "user":
        aliases = {
            row["anonymous_id"]: row["user_id"] for row in rows("select * from visitor_aliases")
        }
        assert aliases == identity.aliases(events)


def build(folder, events, **variables):
    write_rows(folder / "events.parquet", map(generic_row, events))
    project = Project(folder, **generic(folder / "events.parquet"), **EMPTY_CONFIG, **variables)
    return project, project.build("+visitors", "+visitor_aliases")


@pytest.fixture(scope="module", params=["user", "device"])
def policy(request):
    return request.param


@pytest.fixture(scope="module")
def models(tmp_path_factory, policy):
    project, built = build(
        tmp_path_factory.mktemp("sessions"),
        random_logs(Random(1), 2),
        identity=policy,
        timezone="America/New_York",
    )
    return CompiledModels(project, built, "stg_generic__events")


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.randoms())
def test_random_logs(models, policy, random):
    events = random_logs(random, random.randint(1, 4), ids=several_ids)
    zone = "America/New_York"
    models.run(staged_row(event, zone) for event in with_duplicates(random, events))
    check_visitors(models.rows, events, policy, zone)


def test_large_batch_through_dbt(tmp_path):
    random = Random(5)
    # Around midnight, to see that it does not cut.
    events = random_logs(random, 1000, slots=40, ids=several_ids)
    project, _ = build(
        tmp_path, with_duplicates(random, events), identity="user", timezone="Asia/Kolkata"
    )
    check_visitors(project.rows, events, "user", "Asia/Kolkata")


def test_two_sources_at_once(tmp_path):
    """A user of the shop's own table and of the GA4 export is one visitor."""
    at = "2024-01-01 10:00:00"
    rows = [{"event_id": "1", "event_name": "a", "event_at": at, "user_id": "ann"}]
    write_rows(tmp_path / "events.parquet", rows)
    export = [
        {"event_name": "b", "event_timestamp": 1704103260000000, "user_pseudo_id": "device",
         "user_id": user}
        for user in (None, "ann")
    ]  # fmt: skip
    export[1]["event_timestamp"] += 60_000_000
    columns = {"event_name": "varchar", "event_timestamp": "bigint", "user_pseudo_id": "varchar"}
    write_rows(tmp_path / "ga4.parquet", export, {**columns, "user_id": "varchar"})
    project = Project(
        tmp_path,
        sources={
            "generic": {"files": str(tmp_path / "events.parquet")},
            "ga4": {"files": str(tmp_path / "ga4.parquet")},
        },
        **EMPTY_CONFIG,
    )
    project.build("+visitors", "+rejected_events")
    assert project.values("select visitor_id, events from visitors") == [("ann", 3)]
    assert project.values("select source_name, count(*) from events group by 1 order by 1") == [
        ("ga4", 2),
        ("generic", 1),
    ]


# Wrong rules.


def gap_inclusive(events):
    """Exactly 30 minutes starts a session."""
    return oracle.sessions(events, timeout=30 * MINUTE - 1)


def cut_at_midnight(events):
    return [
        [event for event in visit if event["at"] // DAY == day]
        for visit in oracle.sessions(events)
        for day in {event["at"] // DAY for event in visit}
    ]


def native_id_alone(events):
    """Two visitors with the same native id in one session."""
    return [
        own
        for own in grouped(events, "native_session_id").values()
        if own[0]["native_session_id"] is not None
    ] + oracle.sessions([event for event in events if event["native_session_id"] is None])


def native_id_ignored(events):
    return oracle.sessions([{**event, "native_session_id": None} for event in events])


def per_device(events):
    return oracle.sessions([{**event, "visitor": event["anonymous_id"]} for event in events])


def no_gap(events):
    return oracle.sessions(events, timeout=24 * HOUR)


def since_the_first_event(events):
    """30 minutes from the start of the session, not from the event before."""
    found = []
    for visit in no_gap(events):
        current = []
        for event in oracle.in_order(visit):
            if current and event["at"] - current[0]["at"] > 30 * MINUTE:
                found.append(current)
                current = []
            current.append(event)
        found.append(current)
    return found


@pytest.mark.parametrize(
    "mutant",
    [
        gap_inclusive,
        cut_at_midnight,
        native_id_alone,
        native_id_ignored,
        per_device,
        no_gap,
        since_the_first_event,
    ],
)
def test_wrong_session_rule_is_seen(mutant):
    def shown(visits):
        return {frozenset(event["event_id"] for event in visit) for visit in visits}

    events = identity.with_visitors(random_logs(Random(2), 100, slots=40, ids=several_ids))
    assert len(shown(mutant(events)) ^ shown(oracle.sessions(events))) >= 10


def last_login_wins(events):
    alias = {}
    for event in oracle.in_order(events):
        if event["anonymous_id"] and event["user_id"]:
            alias[event["anonymous_id"]] = event["user_id"]
    return [{**event, "visitor": identity.visitor_of(event, "user", alias)} for event in events]


def device_beats_own_user_id(events):
    alias = identity.aliases(events)
    return [
        {**event, "visitor": alias.get(event["anonymous_id"]) or event["visitor"]}
        for event in never_stitched(events)
    ]


def never_stitched(events):
    return [{**event, "visitor": identity.visitor_of(event, "user", {})} for event in events]


def stitched_after_login_only(events):
    alias, found = {}, []
    for event in oracle.in_order(events):
        if event["anonymous_id"] and event["user_id"]:
            alias.setdefault(event["anonymous_id"], event["user_id"])
        found.append({**event, "visitor": identity.visitor_of(event, "user", alias)})
    return found


def consent_ignored(events):
    return identity.with_visitors([{**event, "consent_state": None} for event in events])


@pytest.mark.parametrize(
    "mutant",
    [
        last_login_wins,
        device_beats_own_user_id,
        never_stitched,
        stitched_after_login_only,
        consent_ignored,
    ],
)
def test_wrong_identity_rule_is_seen(mutant):
    def shown(events):
        return {event["event_id"]: event["visitor"] for event in events}

    events = random_logs(Random(3), 100, ids=several_ids)
    right, wrong = shown(identity.with_visitors(events)), shown(mutant(events))
    assert sum(right[event_id] != wrong[event_id] for event_id in right) >= 10
