"""goal_completions against brute force, on random logs."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import EXAMPLES, CompiledModels, Project, generic, moment, write_rows
from logs import generic_row, random_logs, several_ids, staged_row, with_duplicates
from oracles import goals as oracle
from oracles import identity, sessions

UGLY = '50%\'s "best" /~.$ 😀'
A, B = {"event": "a"}, {"event": "b"}


def where(name, **conditions):
    return {"where": {name: conditions}}


MATCHES = {
    "a": A,
    "b": B,
    "a_or_b": {"events": ["a", "b"]},
    "on_x": {"where": {"page_path": "/x"}},
    "a_on_x": {"event": "a", "where": {"page_path": {"starts_with": "/x"}}},
    "a_or_on_y": {"any": [A, where("page_path", equals="/y")]},
    "b_and_one_of_two": {
        "event": "b",
        "any": [where("page_path", equals="/y"), where("amount", gte=10)],
    },
    "session_started": {"where": {"is_session_start": True}},
    "equals_text": where("label", equals="Sale"),
    "equals_number": where("amount", equals=10),
    "equals_true": where("member", equals=True),
    "not_equals": where("label", not_equals="Sale"),
    "in_list": where("label", **{"in": ["Sale", "50%_off", "it's"]}),
    "contains_percent": where("label", contains="%_"),
    "contains_quote": where("label", contains="'"),
    "ends_with": where("label", ends_with="off"),
    "matches": where("label", matches="^[Ss].*e$"),
    "exists": where("label", exists=True),
    "missing": where("label", missing=True),
    "gt": where("amount", gt=10),
    "gte": where("amount", gte=10),
    "lt": where("amount", lt=10.5),
    "lte": where("amount", lte=10.5),
    "between": where("amount", gte=5, lt=10.5),
    "ugly_property": where(UGLY, equals="yes"),
    # Goals made of goals: some of the other's events, over two links, alternatives of both.
    "a_or_on_y_worth_5": {"goal": "a_or_on_y", **where("amount", gte=5)},
    "a_or_on_y_worth_5_member": {"goal": "a_or_on_y_worth_5", **where("member", equals=True)},
    "b_or_labelled_of_a_or_on_y": {"goal": "a_or_on_y", "any": [B, where("label", exists=True)]},
    "on_x_or_worth_10": {"any": [{"goal": "a_on_x"}, {"goal": "gte"}]},
    "b_of_a_or_b": {"events": ["a", "b"], "any": [{"event": "b"}, {"goal": "a_on_x"}]},
}

CONDITIONS = {
    "a_twice": {"match": A, "min_occurrences": 2},
    "a_thrice_in_20_minutes": {"match": A, "min_occurrences": 3, "within": "20 minutes"},
    "a_twice_in_a_session": {"match": A, "min_occurrences": 2, "counting": "once_per_session"},
    "x_twice_in_10_minutes_of_a_session": {
        "match": MATCHES["on_x"],
        "min_occurrences": 2,
        "within": "10 minutes",
        "counting": "once_per_session",
    },
    "a_twice_once": {"match": A, "min_occurrences": 2, "counting": "once_per_visitor"},
    "first_b": {"match": B, "counting": "once_per_visitor"},
    "b_per_session": {"match": B, "counting": "once_per_session"},
    "b_after_a": {"match": B, "after": {"goal": "a", "within": "30 minutes"}},
    "b_ever_after_a": {"match": B, "after": {"goal": "a"}},
    "a_after_a": {"match": A, "after": {"goal": "a", "within": "20 minutes"}},
    "b_after_first_b": {"match": B, "after": {"goal": "first_b", "within": "40 minutes"}},
    "a_on_x_after_a": {"match": MATCHES["a_on_x"], "after": {"goal": "a", "within": "1 hours"}},
    "x_after_b_after_a": {
        "match": MATCHES["on_x"],
        "after": {"goal": "b_after_a", "within": "1 hours"},
        "counting": "once_per_visitor",
    },
    "b_twice_after_a_per_session": {
        "match": B,
        "min_occurrences": 2,
        "within": "2 hours",
        "after": {"goal": "a", "within": "1 hours"},
        "counting": "once_per_session",
    },
    "x_of_a_twice_once": {"match": {"goal": "a_twice_once", **where("page_path", equals="/x")}},
    "first_of_b_after_a": {"match": {"goal": "b_after_a"}, "counting": "once_per_visitor"},
    "second_session_in_an_hour": {
        "match": MATCHES["session_started"],
        "min_occurrences": 2,
        "within": "1 hours",
        "counting": "once_per_visitor",
    },
}

GOALS = {
    **{name: {"match": match} for name, match in MATCHES.items()},
    **CONDITIONS,
}
DEFINITIONS = {
    "goals": [{"name": name, **goal} for name, goal in GOALS.items()],
    "funnels": [],
    "cohorts": [],
}


PROPERTIES = {
    "label": ["Sale", "sale", "50%_off", "50xx_off", "it's", "Übersale😀", None],
    "amount": [5, 10, "10", 10.5, -1, 1e3, "ten", True, None],
    "member": [True, False, "true", None],
    UGLY: ["yes", "no", None],
}


def logs(random, persons, **options):
    """Random logs whose events carry properties of all sorts; null and absent are the same."""
    events = random_logs(random, persons, ids=several_ids, **options)
    for event in events:
        drawn = {name: random.choice(values) for name, values in PROPERTIES.items()}
        if random.choice([True, False]):
            drawn = {name: value for name, value in drawn.items() if value is not None}
        event["properties"] = {**event["properties"], **drawn}
    return events


def prepared(events):
    """With their visitor, session and is_session_start; rows without a visitor complete nothing."""
    owned = [event for event in identity.with_visitors(events) if event["visitor"] is not None]
    found = []
    for number, visit in enumerate(sessions.sessions(owned)):
        for position, event in enumerate(sessions.in_order(visit)):
            found.append({**event, "session": number, "is_session_start": position == 0})
    return found


def completions(goal, events, goals=GOALS):
    """Per visitor, as no goal looks across visitors."""
    return [
        event
        for visitor in {event["visitor"] for event in events}
        for event in oracle.completions(
            goal, [event for event in events if event["visitor"] == visitor], goals
        )
    ]


def check_completions(rows, events):
    events = prepared(events)
    found = {name: set() for name in GOALS}
    for row in rows(
        "select goal_completions.*, events.session_key as session_of_event"
        " from goal_completions left join events using (event_id)"
        " where goal_completions.visitor_id is not null"
    ):
        assert row["session_key"] == row["session_of_event"]
        completed = (row["event_id"], row["visitor_id"], row["completed_at"])
        assert completed not in found[row["goal_name"]], "an event completes a goal once"
        found[row["goal_name"]].add(completed)
    wrong = {}
    for name, goal in GOALS.items():
        expected = {
            (event["event_id"], identity.id_of(event["visitor"]), moment(event["at"]))
            for event in completions(goal, events)
        }
        if found[name] != expected:
            wrong[name] = {"missing": expected - found[name], "extra": found[name] - expected}
    assert not wrong


def build(folder, events):
    write_rows(folder / "events.parquet", map(generic_row, events))
    project = Project(folder, **generic(folder / "events.parquet"), **DEFINITIONS)
    return project, project.build("+goal_completions")


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    project, built = build(tmp_path_factory.mktemp("goals"), random_logs(Random(1), 2))
    return CompiledModels(project, built, "stg_generic__events")


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.randoms())
def test_random_logs(models, random):
    events = logs(random, random.randint(1, 4))
    models.run(map(staged_row, with_duplicates(random, events)))
    check_completions(models.rows, events)


def test_large_batch_through_dbt(tmp_path):
    random = Random(5)
    events = logs(random, 500)
    project, _ = build(tmp_path, with_duplicates(random, events))
    check_completions(project.rows, events)


# Wrong rules, as changes of the definition or of the events that the oracle is given.


def changed(goal, **changes):
    return {key: value for key, value in {**goal, **changes}.items() if value is not None}


def within_ignored(goal, events):
    after = goal.get("after") and {"goal": goal["after"]["goal"]}
    return completions(changed(goal, within=None, after=after), events)


def nth_only(goal, events):
    """Completes at the n-th and never again."""
    counting = goal.get("counting", "every")
    if goal.get("min_occurrences", 1) > 1 and counting == "every":
        counting = "once_per_visitor"
    return completions(changed(goal, counting=counting), events)


def min_occurrences_ignored(goal, events):
    return completions(changed(goal, min_occurrences=None), events)


def one_too_many(goal, events):
    """More than n in place of at least n."""
    return completions(changed(goal, min_occurrences=goal.get("min_occurrences", 1) + 1), events)


def after_ignored(goal, events):
    return completions(changed(goal, after=None), events)


def after_of_what_is_counted(goal, events):
    """Counts all occurrences, and only then asks which of them follow the other goal."""
    counting = goal.get("counting", "every")
    every = changed(goal, counting="every")
    counted = completions(changed(every, after=None), events)
    following = completions(changed(every, min_occurrences=None, within=None), events)
    kept = {event["event_id"] for event in following}
    both = [event for event in counted if event["event_id"] in kept]
    return completions({"match": {}, "counting": counting}, both)


def after_any_match(goal, events):
    """After an event that only matches the other goal, whether or not it completes it."""
    goals = {name: {"match": one["match"]} for name, one in GOALS.items()}
    return completions(goal, events, goals)


def scope_is_always_the_visitor(goal, events):
    one_session = [{**event, "session": event["visitor"]} for event in events]
    return completions(goal, one_session)


def every_counts(goal, events):
    return completions(changed(goal, counting="every"), events)


def counted_before_conditions(goal, events):
    """Keeps the first occurrence and only then looks at the conditions."""
    counting = goal.get("counting", "every")
    counted = completions({"match": goal["match"], "counting": counting}, events)
    kept = {event["event_id"] for event in counted}
    found = completions(changed(goal, counting="every"), events)
    return [event for event in found if event["event_id"] in kept]


def counting_of_the_goal_in_the_match(goal, events):
    """Takes completions of the other goal in place of events that match it."""
    if "goal" in goal["match"]:
        kept = {event["event_id"] for event in completions(GOALS[goal["match"]["goal"]], events)}
        events = [event for event in events if event["event_id"] in kept]
    return completions(goal, events)


def conditions_of_the_goal_in_the_match_ignored(goal, events):
    match = {key: value for key, value in goal["match"].items() if key != "goal"}
    return completions(changed(goal, match=match), events)


def case_ignored(goal, events):
    capital = [
        {**event, "properties": {**event["properties"], "label": "Sale"}}
        if event["properties"].get("label") == "sale"
        else event
        for event in events
    ]
    return completions(goal, capital)


def wildcards(goal, events):
    """% and _ of the definition taken as wildcards of LIKE."""
    match = goal["match"]
    if match == MATCHES["contains_percent"]:
        match = where("label", exists=True)
    return completions(changed(goal, match=match), events)


MUTANTS = [
    within_ignored,
    nth_only,
    min_occurrences_ignored,
    one_too_many,
    after_ignored,
    after_of_what_is_counted,
    after_any_match,
    scope_is_always_the_visitor,
    every_counts,
    counted_before_conditions,
    counting_of_the_goal_in_the_match,
    conditions_of_the_goal_in_the_match_ignored,
    case_ignored,
    wildcards,
]


@pytest.mark.parametrize("mutant", MUTANTS)
def test_wrong_rule_is_seen(mutant):
    def shown(found):
        return {event["event_id"] for event in found}

    events = prepared(logs(Random(2), 150))
    different = sum(
        len(shown(mutant(goal, events)) ^ shown(completions(goal, events)))
        for goal in GOALS.values()
    )
    assert different >= 3


def test_ties_and_window_ends_are_seen():
    """Events tied with the goal that they follow, and exactly at the end of its window, occur."""
    events = prepared(logs(Random(2), 150))
    pairs = [
        (one, other)
        for one in completions(GOALS["b"], events)
        for other in completions(GOALS["a"], events)
        if one["visitor"] == other["visitor"]
    ]
    assert sum(sessions.order(one) == sessions.order(other) for one, other in pairs) > 5
    assert sum(one["at"] - other["at"] == oracle.duration("30 minutes") for one, other in pairs) > 5
