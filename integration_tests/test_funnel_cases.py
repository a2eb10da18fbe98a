"""Small funnels with their answer written down by hand, and wrong rules that must not give it.

Every case runs against the oracle and against the SQL; every wrong rule, in place of the oracle,
must miss the answer of at least three cases.
"""

import json
import re
from datetime import datetime

import pytest

from funnels import (
    GOALS,
    FunnelParts,
    filters,
    oracles,
    project_vars,
    read_units,
    units_sql,
)
from helpers import Project, generic, write_rows
from logs import generic_row
from oracles import DAY, HOUR, MINUTE
from oracles.funnel import Funnel, facts, microseconds

ZONE = "America/New_York"
# Minutes are counted from a local midnight; the next night the clocks go forward, at minute 1560.
BEGIN = microseconds(datetime.fromisoformat("2024-03-09"), ZONE)
FIRST_DAY, SECOND_DAY = "2024-03-09", "2024-03-10"


def at(minute):
    """'5' is five minutes, '5+' a microsecond later."""
    return BEGIN + int(minute.rstrip("+")) * MINUTE + minute.count("+")


def read_step(text):
    """'a', '?a' (optional), 'a>=5' (min_gap), 'a<=5' (max_gap), 'a!first_ever'."""
    name, occurrence = re.fullmatch(r"\??([a-z_]+)[^!]*(?:!(\w+))?", text).groups()
    gaps = {">=": "min_gap", "<=": "max_gap"}
    return {
        "goal": name,
        **({"optional": True} if text.startswith("?") else {}),
        **({"occurrence": occurrence} if occurrence else {}),
        **{gaps[sign]: f"{length} minutes" for sign, length in re.findall(r"([<>]=)(\d+)", text)},
    }


def read_log(text):
    """'a 0; b 5 plan=pro who=v': event, minute, and what else there is; who=- is nobody."""
    events = []
    for position, line in enumerate(part for part in text.split(";") if part.strip()):
        name, minute, *rest = line.split()
        options = dict(pair.split("=", 1) for pair in rest)
        person = options.pop("who", "u")
        events.append(
            {
                "event_id": f"{position:02}",
                "event_name": name,
                "at": at(minute),
                "anonymous_id": None if person == "-" else person,
                "user_id": None,
                "sequence": options.pop("seq", None),
                "native_session_id": options.pop("session", None),
                "page_path": options.pop("page", "/y"),
                "properties": options,
            }
        )
    return events


class Case:
    """`units`: the minutes of the steps of each unit (a list: of each pass), or 'excluded'."""

    def __init__(self, name, steps, log, units=None, shown=None, **options):
        self.name = name
        self.log = read_log(log)
        self.config = {
            "name": name,
            "steps": [read_step(step) for step in steps.split()],
            "window": "60 minutes",
            **options,
        }
        # Besides: immature, held, values, dates, reached, without_unit, days, times.
        self.expected = shown or {}
        if units is not None:
            self.expected["units"] = {
                unit: [steps] if isinstance(steps, str) else steps for unit, steps in units.items()
            }


def by_plan(anchor, **options):
    return {"breakdowns": ["plan"], "breakdown_by": anchor, **options}


D = {"event": "d"}
DAY_TWO = {"date_from": SECOND_DAY}
CASES = [
    # Order
    Case("steps in order", "a b c", "a 0; b 5; c 9", {"u": "0 5 9"}),
    Case("others may lie between", "a b", "a 0; d 1; c 2; b 5", {"u": "0 5"}),
    Case("a step before the first is none", "a b", "b 0; a 5", {"u": "5 -"}),
    Case("a step done before and after", "a b", "b 0; a 5; b 9", {"u": "5 9"}),
    Case("nobody enters", "a b", "b 0", {}),
    Case("one step", "a", "a 0; b 1", {"u": "0"}),
    # Window
    Case("the last moment of the window", "a b", "a 0; b 60", {"u": "0 60"}),
    Case("a microsecond after the window", "a b", "a 0; b 60+", {"u": "0 -"}),
    Case("the window runs from step 1", "a b c", "a 0; b 40; c 80", {"u": "0 40 -"}),
    Case("two windows are not one", "a a a", "a 0; a 50; a 100", {"u": "0 50 -"}),
    Case("window over repeats", "a b a b", "a 0; b 30; a 61; b 80", {"u": "0 30 - -"}),
    Case("a day is 24 hours", "a b", "a 0; b 1441", {"u": "0 -"}, window="1 days"),
    Case("an hour is 60 minutes", "a b", "a 1; b 62", {"u": "1 -"}, window="1 hours"),
    Case("clocks go forward", "a b", "a 720; b 2160", {"u": "720 2160"}, window="1 days"),
    Case("two minutes at midnight", "a b", "a 1439; b 1441", {"u": "1439 1441"}),
    # One event serves one step
    Case("a twice needs two events", "a a", "a 0", {"u": "0 -"}),
    Case("overlapping goals need two events", "a a_on_x", "a 0 page=/x", {"u": "0 -"}),
    Case("wide goal first", "any_on_x a", "a 0 page=/x; a 10", {"u": "0 10"}),
    # Ties
    Case("twins serve two steps", "a a", "a 0; a 0", {"u": "0 0"}),
    Case("twins are given as it fits", "a a_on_x", "a 0 page=/x; a 0", {"u": "0 0"}),
    Case("tied in step order", "a b", "b 0; a 0", {"u": "0 0"}),
    Case("three tied", "a b c", "c 0; b 0; a 0", {"u": "0 0 0"}),
    Case("strict ties need a later one", "a b", "b 0; a 0; b 7", {"u": "0 7"}, ties="strict"),
    Case("strict twins serve one step", "a a", "a 0; a 0", {"u": "0 -"}, ties="strict"),
    Case("strict tie at the end", "a b c", "a 0; b 5; c 5", {"u": "0 5 -"}, ties="strict"),
    Case("the sequence orders a tie", "a b", "b 0 seq=1; a 0 seq=2", {"u": "0 -"}),
    Case(
        "the sequence makes it later",
        "a b",
        "a 0 seq=1; b 0 seq=2",
        {"u": "0 0"},
        ties="strict",
    ),
    Case("sequence inside", "a b c", "a 0; c 5 seq=1; b 5 seq=2; c 9", {"u": "0 5 9"}),
    # Attempts
    Case("the second entry gets deeper", "a b", "a 0; a 100; b 110", {"u": "100 110"}),
    Case(
        "the first window closed",
        "a b c",
        "a 0; a 11520; b 12960; c 15840",
        {"u": "11520 12960 15840"},
        window="7 days",
    ),
    Case("the last entry is in vain", "a b", "a 0; b 5; a 50", {"u": "0 5"}),
    Case("the first entry gets deeper", "a b c", "a 0; b 5; c 6; a 70; b 75", {"u": "0 5 6"}),
    Case("the first to get there", "a b", "a 0; b 5; a 70; b 75", {"u": "0 5"}),
    Case("the latest entry before it", "a b", "a 0; a 3; b 5", {"u": "3 5"}),
    Case(
        "the latest of three entries", "a b c", "a 0; a 2; b 3; a 4; c 5; b 8", {"u": "2 3 5"}
    ),
    # Gaps
    Case("min gap passes over what is too early", "a b>=10", "a 0; b 5; b 10", {"u": "0 10"}),
    Case("min gap is not reached", "a b>=10", "a 0; b 5", {"u": "0 -"}),
    Case("min gap wants the earlier entry", "a b>=10", "a 0; a 4; b 12", {"u": "0 12"}),
    Case("max gap includes its end", "a b<=10", "a 0; b 10", {"u": "0 10"}),
    Case("max gap ends the attempt", "a b<=10", "a 0; b 11", {"u": "0 -"}),
    Case("max gap is from the step before", "a b c<=10", "a 0; b 20; c 28", {"u": "0 20 28"}),
    Case("max gap of step 3", "a b c<=10", "a 0; b 20; c 31", {"u": "0 20 -"}),
    Case("no second choice", "a b<=10 c<=10", "a 0; b 5; b 10; c 18", {"u": "0 5 -"}),
    Case("two max gaps", "a b<=20 c<=20", "a 0; b 15; c 30", {"u": "0 15 30"}),
    Case("max gap of a repeat", "a b b<=10", "a 0; b 30; b 40", {"u": "0 30 40"}),
    Case("both gaps", "a b>=5<=10", "a 0; b 3; b 11", {"u": "0 -"}),
    # Strict order
    Case("strict: untracked events break", "a b", "a 0; d 3; b 5", {"u": "0 -"}, order="strict"),
    Case(
        "strict: broken twice",
        "a b",
        "a 0; d 3; b 5; a 10; d 12; b 15",
        {"u": "0 -"},
        order="strict",
    ),
    Case(
        "strict: what is tied does not",
        "a b", "a 0; d 0; d 5; b 5", {"u": "0 5"}, order="strict",
    ),
    Case(
        "strict: a repeat does not",
        "a b c", "a 0; b 2; b 4; c 6", {"u": "0 2 6"}, order="strict",
    ),
    Case(
        "strict: a repeat of a repeat",
        "a b b c",
        "a 0; b 1; b 2; b 3; c 4",
        {"u": "0 1 2 4"},
        order="strict",
    ),
    Case(
        "strict: a repeat in a gap", "a b>=2", "a 0; a 1; b 2", {"u": "0 2"}, order="strict"
    ),
    Case("strict: step 1 breaks", "a b c", "a 0; b 2; a 3; c 5", {"u": "0 2 -"}, order="strict"),
    Case("strict: optional is fine", "a ?c b", "a 0; c 1; b 2", {"u": "0 1 2"}, order="strict"),
    Case(
        "strict: optional is not reached over others",
        "a ?c b",
        "a 0; d 1; c 2",
        {"u": "0 - -"},
        order="strict",
    ),
    Case(
        "strict: all events of the unit count",
        "a b",
        "a 0 doc=1; d 1; b 2 doc=1",
        {"u": "0 -"},
        order="strict",
        hold_constant="doc",
    ),
    Case("strict: others too", "a b", "a 0; d 1 who=v; b 2", {"u": "0 2"}, order="strict"),
    # Optional steps
    Case("optional is left out", "a ?b c", "a 0; c 9", {"u": "0 - 9"}),
    Case("optional is done", "a ?b c", "a 0; b 4; c 9", {"u": "0 4 9"}),
    Case("optional came too late", "a ?b c", "a 0; c 9; b 12", {"u": "0 - 9"}),
    Case("optional at the end", "a b ?c", "a 0; b 5; c 60", {"u": "0 5 60"}),
    Case("two optional", "a ?b c ?a", "a 0; c 5", {"u": "0 - 5 -"}),
    Case("optional does not anchor a max gap", "a ?b c<=10", "a 0; b 8; c 15", {"u": "0 8 -"}),
    Case("optional does not anchor a min gap", "a ?b c>=10", "a 0; b 5; c 12", {"u": "0 5 12"}),
    Case("optional does not anchor the next", "a ?b ?c<=10", "a 0; b 8; c 15", {"u": "0 8 -"}),
    Case("optional in any order", "a ?b ?c a", "a 0; c 3; b 5; a 9", {"u": "0 5 3 9"}),
    Case("optional repeat", "a ?a b", "a 0; a 3; b 5", {"u": "3 - 5"}),
    Case(
        "optional twin has no event of its own",
        "a ?a_on_x b", "a 0; a 0 page=/x; b 5", {"u": "0 - 5"},
    ),
    Case("two optional repeats", "a ?b ?b c", "a 0; b 2; b 4; c 9", {"u": "0 2 4 9"}),
    Case("optional at one moment", "a ?b c", "c 0; b 0; a 0", {"u": "0 0 0"}),
    Case("optional strictly between", "a ?b c", "a 0; b 0; c 3", {"u": "0 - 3"}, ties="strict"),
    # Exclusions
    Case("excluded", "a b", "a 0; d 3; b 5", {"u": "excluded"}, exclusions=[D]),
    Case("another entry is clean", "a b", "a 0; d 3; b 5; a 70", {"u": "70 -"}, exclusions=[D]),
    Case("the ends are outside", "a b", "a 0; d 0; b 5; d 5", {"u": "0 5"}, exclusions=[D]),
    Case("the end never comes", "a b", "a 0; d 30", {"u": "excluded"}, exclusions=[D]),
    Case("excluded at the window's end", "a b", "a 0; d 60", {"u": "excluded"}, exclusions=[D]),
    Case("excluded after the window", "a b", "a 0; d 60+", {"u": "0 -"}, exclusions=[D]),
    Case("the end comes too late", "a b", "a 0; d 4; b 70", {"u": "excluded"}, exclusions=[D]),
    Case("excluded before the entry", "a b", "d 0; a 1; b 5", {"u": "1 5"}, exclusions=[D]),
    Case(
        "excluded in another stretch",
        "a b c",
        "a 0; d 1; b 2; c 5",
        {"u": "0 2 5"},
        exclusions=[{**D, "from_step": 2, "to_step": 3}],
    ),
    Case(
        "excluded in the last stretch",
        "a b c",
        "a 0; b 2; d 3; c 5",
        {"u": "excluded"},
        exclusions=[{**D, "from_step": 2}],
    ),
    Case(
        "the stretch never began",
        "a b c",
        "a 0; d 3",
        {"u": "0 - -"},
        exclusions=[{**D, "from_step": 2}],
    ),
    Case(
        "the stretch never ended",
        "a b c",
        "a 0; b 2; d 4",
        {"u": "excluded"},
        exclusions=[{**D, "from_step": 2}],
    ),
    Case(
        "tied with the start",
        "a b c",
        "a 0; b 2; d 2; c 5",
        {"u": "0 2 5"},
        exclusions=[{**D, "from_step": 2}],
    ),
    Case("tied with the end", "a b c", "a 0; b 2; c 5; d 5", {"u": "0 2 5"}, exclusions=[D]),
    Case(
        "a filter that fails",
        "a b",
        "a 0; c 2 plan=free; b 5",
        {"u": "0 5"},
        exclusions=[{"goal": "c", "where": {"plan": "pro"}}],
    ),
    Case(
        "a filter that holds",
        "a b",
        "a 0; c 2 plan=pro; b 5",
        {"u": "excluded"},
        exclusions=[{"goal": "c", "where": {"plan": "pro"}}],
    ),
    Case(
        "another document excludes nothing",
        "a b",
        "a 0 doc=1; d 2 doc=2; b 5 doc=1",
        {"u": "0 5"},
        exclusions=[D],
        hold_constant="doc",
    ),
    Case(
        "no document excludes all",
        "a b",
        "a 0 doc=1; d 2; b 5 doc=1",
        {"u": "excluded"},
        exclusions=[D],
        hold_constant="doc",
    ),
    # Any order
    Case("any: backwards", "a b c", "c 0; b 5; a 9", {"u": "0 5 9"}, order="any"),
    Case("any: one event", "a a_on_x", "a 0 page=/x", {"u": "0 -"}, order="any"),
    Case("any: two events", "a a_on_x", "a 0 page=/x; a 7", {"u": "0 7"}, order="any"),
    Case("any: two of three", "any_on_x a b", "a 0 page=/x; b 3", {"u": "0 3 -"}, order="any"),
    Case("any: one window", "a b c", "b 0; a 50; c 100", {"u": "0 50 -"}, order="any"),
    Case("any: repeats", "a a b", "a 0; b 3", {"u": "0 3 -"}, order="any"),
    Case("any: the window's end", "a b", "b 0; a 60", {"u": "0 60"}, order="any"),
    Case("any: the latest entry", "a b", "b 0; b 5; a 9", {"u": "5 9"}, order="any"),
    # Open funnels
    Case("open: backwards", "a b", "b 0; a 500", {"u": "500 0"}, entry="any_step"),
    Case("open: step 2 alone", "a b", "b 3", {"u": "- 3"}, entry="any_step"),
    Case("open: repeats", "a a b", "a 0; a 5000", {"u": "0 5000 -"}, entry="any_step"),
    Case(
        "open: only of the day",
        "a b",
        "a 0; b 1500",
        {"u": "- 1500"},
        entry="any_step",
        **DAY_TWO,
    ),
    # Totals
    Case(
        "totals: two passes",
        "a b", "a 0; b 5; a 10; b 15", {"u": ["0 5", "10 15"]}, mode="totals",
    ),
    Case("totals: one pass of two entries", "a b", "a 0; a 3; b 5", {"u": "3 5"}, mode="totals"),
    Case("totals: the window", "a b", "a 0; a 60; a 61", {"u": ["0 -", "61 -"]}, mode="totals"),
    Case("totals: tied with the end", "a b", "a 0; b 5; a 5; b 9", {"u": "5 5"}, mode="totals"),
    Case(
        "totals: a pass in vain",
        "a b",
        "a 0; b 5; a 6; a 70; b 71",
        {"u": ["0 5", "6 -", "70 71"]},
        mode="totals",
    ),
    Case(
        "totals: of each document",
        "a b",
        "a 0 doc=2; a 1 doc=1; b 2 doc=1; b 3 doc=2",
        {"u": ["0 3", "1 2"]},
        mode="totals",
        hold_constant="doc",
    ),
    # hold_constant
    Case("another document", "a b", "a 0 doc=1; b 5 doc=2", {"u": "0 -"}, hold_constant="doc"),
    Case(
        "the first document to get there",
        "a b",
        "a 0 doc=1; a 2 doc=2; b 5 doc=1; b 6 doc=2",
        {"u": "0 5"},
        {"held": {"u": "1"}},
        hold_constant="doc",
    ),
    Case(
        "no document",
        "a b",
        "a 0; b 5",
        {},
        {"without_unit": [1, 1]},
        hold_constant="doc",
    ),
    Case(
        "some documents",
        "a b", "a 0; a 2 doc=1; b 5; b 9 doc=1", {"u": "2 9"}, hold_constant="doc",
    ),
    Case(
        "empty documents",
        "a b", "a 0 doc=; b 5 doc=; a 8 doc=1", {"u": "8 -"}, hold_constant="doc",
    ),
    # Units
    Case(
        "sessions", "a b", "a 0 session=s1; b 5 session=s2", {"u.s1": "0 -"}, unit="session"
    ),
    Case(
        "two sessions",
        "a b",
        "a 0 session=s1; b 5 session=s1; a 10 session=s2",
        {"u.s1": "0 5", "u.s2": "10 -"},
        unit="session",
    ),
    Case(
        "sessions of two visitors",
        "a b",
        "a 0 session=s1; a 1 session=s1 who=v; b 5 session=s1 who=v",
        {"u.s1": "0 -", "v.s1": "1 5"},
        unit="session",
    ),
    Case(
        "companies",
        "a b",
        "a 0 account=acme; b 5 account=acme who=v; b 6 account=beta",
        {"acme": "0 5"},
        unit={"property": "account"},
    ),
    Case(
        "companies of nobody",
        "a b",
        "a 0 account=acme who=-; b 5 account=acme",
        {"acme": "0 5"},
        unit={"property": "account"},
    ),
    Case("nobody", "a b", "a 0 who=-; b 5 who=-; c 6", {}, {"without_unit": [1, 1]}),
    Case("no company", "a b", "a 0; b 5 account=", {}, unit={"property": "account"}),
    Case(
        "no session of nobody",
        "a b",
        "a 0 who=-; b 4 session=s1; a 5 session=s1; b 6 who=-",
        {"u.s1": "5 -"},
        unit="session",
    ),
    # Date range, in New York
    Case("entries from a day on", "a b", "a 1200; b 1205; a 1440", {"u": "1440 -"}, **DAY_TWO),
    Case("later steps", "a b", "a 1439; b 1445", {"u": "1439 1445"}, date_to=FIRST_DAY),
    Case(
        "up to a time",
        "a b",
        "a 720; b 730; a 720+",
        {"u": "720 730"},
        date_to=f"{FIRST_DAY} 12:00",
    ),
    Case(
        "any: later steps",
        "a b",
        "b 1430; a 1450",
        {"u": "1430 1450"},
        order="any",
        date_to=FIRST_DAY,
    ),
    Case(
        "a day of 23 hours",
        "a b", "a 2819; a 2820; b 2830", {"u": "2819 2830"}, date_to=SECOND_DAY,
    ),
    Case("local day", "a b", "a 1200", {"u": "1200 -"}, {"dates": {"u": FIRST_DAY}}),
    # First completions
    Case("first matching", "a!first_matching b", "a 0; a 100; b 105", {"u": "0 -"}),
    Case("first, before the days", "a!first_matching b", "a 0; a 1441; b 1445", {}, **DAY_TWO),
    Case("first, long before", "a!first_matching b", "a 0; b 3; a 1500", {}, **DAY_TWO),
    Case(
        "first of step 2, before the days",
        "a b!first_matching",
        "b 0; a 1450; b 1460",
        {"u": "1450 -"},
        **DAY_TWO,
    ),
    Case("first ever was another", "a_on_x!first_ever b", "a 0; a 10 page=/x; b 12", {}),
    Case("first ever is it", "a_on_x!first_ever b", "a 0 page=/x; b 5", {"u": "0 5"}),
    Case("first ever of all events", "any_on_x!first_ever b", "d 0; a 5 page=/x; b 6", {}),
    Case("first ever of step 2", "a a_on_x!first_ever", "a 0; a 5 page=/x", {"u": "0 -"}),
    Case(
        "first of any document",
        "a!first_matching b",
        "a 0 doc=1; a 10 doc=2; b 12 doc=2",
        {"u": "0 -"},
        hold_constant="doc",
    ),
    # Breakdowns
    Case(
        "by the entry",
        "a b",
        "a 0 plan=pro; b 5 plan=free",
        {"u": "0 5"},
        {"values": {"u": "pro"}},
        **by_plan("entry_step"),
    ),
    Case(
        "by the smallest of tied entries",
        "a b",
        "a 0; a 0 plan=pro; b 5",
        {"u": "0 5"},
        {"values": {"u": "(not set)"}},
        **by_plan("entry_step"),
    ),
    Case(
        "by the first touch before the entry",
        "a b",
        "b 0 plan=free; a 5 plan=pro; b 9",
        None,
        {"values": {"u": "free"}},
        **by_plan("first_touch"),
    ),
    Case(
        "by the first touch that tells",
        "a b",
        "a 0; b 3 plan=free",
        None,
        {"values": {"u": "free"}},
        **by_plan("first_touch"),
    ),
    Case(
        "by the first touch long before",
        "a b",
        "a 0 plan=free; a 100 plan=pro; b 105",
        None,
        {"values": {"u": "free"}},
        **by_plan("first_touch"),
    ),
    Case(
        "by the last touch",
        "a b",
        "a 0 plan=pro; b 5 plan=pro; a 500 plan=free",
        None,
        {"values": {"u": "free"}},
        **by_plan("last_touch"),
    ),
    Case(
        "by step 2",
        "a b",
        "a 0 plan=pro; b 5 plan=free; a 8 plan=pro who=v",
        {"u": "0 5", "v": "8 -"},
        {"values": {"u": "free", "v": "(not reached)"}},
        **by_plan({"step": 2}),
    ),
    Case(
        "by all events",
        "a b",
        "a 0 plan=pro; b 5 plan=free; a 8 plan=pro who=v; b 9 plan=pro who=v",
        {"u": "0 5", "v": "8 9"},
        {"values": {"u": "(mixed)", "v": "pro"}},
        **by_plan("all_events"),
    ),
    Case(
        "the most frequent values",
        "a b",
        "a 0 plan=x; b 1 plan=y; a 2 plan=y who=v; a 3 plan=y who=w; a 4 plan=z who=t",
        None,
        {
            "reached": {
                ("all", "all"): [4, 1],
                ("plan", "y"): [2, 0],
                ("plan", "(other)"): [2, 1],
            }
        },
        **by_plan("entry_step", breakdown_limit=1),
    ),
    Case(
        "two properties together",
        "a",
        "a 0 plan=x device=phone; a 2 plan=x who=v",
        None,
        {
            "reached": {
                ("all", "all"): [2],
                ("plan, device", "x, phone"): [1],
                ("plan, device", "x, (not set)"): [1],
            }
        },
        breakdowns=[["plan", "device"]],
    ),
    # Immature entries
    Case("immature", "a b", "a 0; b 5; c 59", {"u": "0 5"}, {"immature": {"u": True}}),
    Case("mature", "a b", "a 0; b 5; c 60", {"u": "0 5"}, {"immature": {"u": False}}),
    Case(
        "immature is not lost",
        "a b",
        "a 0 who=v; a 100; b 105",
        None,
        {"reached": {("all", "all"): [2, 1]}, "immature": {"u": True, "v": False}},
    ),
    # Trends
    Case(
        "each day",
        "a b",
        "a 0; b 5; a 1500",
        None,
        {"days": {FIRST_DAY: [1, 1], SECOND_DAY: [1, 0]}},
    ),
    Case(
        "the better day is the second",
        "a b",
        "a 0; a 9; a 1500; b 1505",
        None,
        {"days": {FIRST_DAY: [1, 0], SECOND_DAY: [1, 1]}},
    ),
    Case(
        "both days",
        "a b",
        "a 0; b 5; a 1500; b 1505",
        None,
        {"days": {FIRST_DAY: [1, 1], SECOND_DAY: [1, 1]}},
    ),
    Case(
        "the evening is of its own day",
        "a b",
        "a 1200; b 1205",
        None,
        {"days": {FIRST_DAY: [1, 1]}},
    ),
    # Times
    Case(
        "quantiles",
        "a ?c b",
        "; ".join(
            f"a {10 * k} who={k}; c {11 * k} who={k}; b {10 * k + 5} who={k}" for k in range(1, 5)
        ),
        None,
        {
            "times": {
                2: {"median": 150, "p75": 195, "p90": 222, "p95": 231, "mean": 150},
                3: {"median": 300, "p75": 300, "p90": 300, "p95": 300, "mean": 300},
            }
        },
    ),
]  # fmt: skip
NAMES = [case.name for case in CASES]


def test_cases_are_many_and_named_once():
    assert len(set(NAMES)) == len(NAMES) >= 50


def minutes_of(steps):
    return " ".join("-" if step is None else f"{(step - BEGIN) // MINUTE}" for step in steps)


def outcome(case, rows, days, reached, trends, times, without_unit):
    """What the case says something of; the arguments after `days` are functions."""
    rows = sorted(rows, key=lambda row: (row["unit_id"], row["pass_number"]))
    clean = {row["unit_id"] for row in days if not row["is_excluded"]}
    excluded = {row["unit_id"] for row in days} - clean
    units = {unit: ["excluded"] for unit in excluded}
    for row in rows:
        units.setdefault(row["unit_id"], []).append(minutes_of(row["steps"]))
    whole = {
        "units": lambda: units,
        "immature": lambda: {row["unit_id"]: row["is_immature"] for row in rows},
        "held": lambda: {row["unit_id"]: row["held_value"] for row in rows},
        "values": lambda: {row["unit_id"]: row["dimensions"]["plan"] for row in rows},
        "dates": lambda: {row["unit_id"]: str(row["entry_date"]) for row in days},
        "reached": reached,
        "days": trends,
        "times": times,
        "without_unit": without_unit,
    }
    return {name: whole[name]() for name in case.expected}


def lists(cells):
    """{(..., step number): count} as {...: [counts]}."""
    found = {}
    for key in sorted(cells):
        name = key[0] if len(key) == 2 else key[:-1]
        found.setdefault(name, []).append(cells[key])
    return found


def times_of(steps, case):
    return {
        step: {
            how: pytest.approx(steps["all", "all", step][f"{how}_seconds_from_previous"])
            for how in wanted
        }
        for step, wanted in case.expected["times"].items()
    }


def by_oracle(case, kind=Funnel):
    (funnel,) = oracles([case.config], ZONE, "monday", kind)
    events = facts(case.log, GOALS)
    rows = funnel.funnel_units(events)
    days = funnel.unit_days(events)
    steps = funnel.funnel_steps(events)
    return outcome(
        case,
        rows,
        days,
        lambda: lists({key: row["units_reached"] for key, row in steps.items()}),
        lambda: lists(
            {
                (str(start), step): cell[1]
                for (start, step), cell in funnel.funnel_trends(events, "day").items()
            }
        ),
        lambda: times_of(steps, case),
        lambda: [
            steps["all", "all", step]["completions_without_unit"]
            for step in range(1, len(funnel.steps) + 1)
        ],
    )


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_oracle_gives_the_answer(case):
    assert by_oracle(case) == case.expected


class Batch:
    """All cases in one run of the SQL: units of their own, and a funnel for each definition.

    What the SQL says of a funnel as a whole, or of the end of the data, needs a run of its own.
    """

    ALONE = {"immature", "reached", "days", "times", "without_unit"}

    def __init__(self, folder, technique):
        self.funnel_of = {}
        names = {}
        for case in CASES:
            config = {**case.config, "name": ""}
            name = names.setdefault(json.dumps(config), f"funnel {len(names) + 1}")
            self.funnel_of[case.name] = {**config, "name": name}
        definitions = list({one["name"]: one for one in self.funnel_of.values()}.values())
        self.numbers = {one["name"]: number for number, one in enumerate(definitions)}
        self.funnels = oracles(definitions, ZONE)
        # Only for the schema, and because a property that no event has is an error.
        log = [event for number, case in enumerate(CASES) for event in own_ids(case.log, number)]
        write_rows(folder / "events.parquet", map(generic_row, log))
        project = Project(
            folder,
            **generic(folder / "events.parquet"),
            **project_vars(definitions, ZONE),
            join_technique=technique,
        )
        self.parts = FunnelParts(
            project, project.build("+funnel_units", "+funnel_steps", "+funnel_trends")
        )
        together = [case for case in CASES if not self.ALONE & case.expected.keys()]
        self.found = {name: result for name, result in self.run(together)}
        for case in CASES:
            if case not in together:
                self.found.update(self.run([case]))

    def run(self, cases):
        """[(case, what the SQL says)]"""
        events, funnel_of = [], {}
        for case in cases:
            number = self.numbers[self.funnel_of[case.name]["name"]]
            place = CASES.index(case)
            own = facts(own_ids(case.log, place), GOALS)
            events += own
            funnel_of[place] = number
        case_of = {event.event_id: place_of(event.event_id) for event in events}
        self.parts.load(
            events,
            lambda event: filters(self.funnels[funnel_of[case_of[event.event_id]]], event),
        )
        days, queries = {}, []
        for number in sorted(set(funnel_of.values())):
            rows = self.parts.unit_days(self.parts.parts[number], self.funnels[number])
            own = [place for place in funnel_of if funnel_of[place] == number]
            for place in own:
                days[place] = [
                    {**row, "unit_id": row["unit_id"].split("|", 1)[1]}
                    for row in rows
                    if place_of(row["unit_id"]) == place
                ]
            queries.append(f"select * from ({self.parts.parts[number]})")
        self.parts.marts(" union all by name ".join(queries))
        for case in cases:
            place = CASES.index(case)
            funnel = self.funnels[funnel_of[place]]
            units = read_units(
                self.parts.rows(
                    units_sql("funnel_units") + " where funnel_name = ?", [funnel.name]
                ),
                funnel,
            )
            units = [
                {**row, "unit_id": row["unit_id"].split("|", 1)[1]}
                for row in units
                if place_of(row["unit_id"]) == place
            ]
            yield case.name, outcome(case, units, days[place], *self.whole(case, funnel))

    def whole(self, case, funnel):
        """What the marts say of a funnel as a whole: steps, days, times, completions of nobody."""

        def rows(table):
            return self.parts.rows(f"select * from {table} where funnel_name = ?", [funnel.name])

        def steps():
            return {
                (row["breakdown_name"], row["breakdown_value"], row["step_number"]): row
                for row in rows("funnel_steps")
            }

        return (
            lambda: lists({key: row["units_reached"] for key, row in steps().items()}),
            lambda: lists(
                {
                    (str(row["period_start"]), row["step_number"]): row["units_reached"]
                    for row in rows("funnel_trends")
                    if row["period"] == "day" and row["units_entered"]
                }
            ),
            lambda: times_of(steps(), case),
            lambda: [
                steps()["all", "all", step + 1]["completions_without_unit"]
                for step in range(len(funnel.steps))
            ],
        )


def own_ids(log, number):
    """Units that no other case has."""

    def own(value):
        return f"{number}|{value}" if value else value

    return [
        {
            **event,
            "event_id": own(event["event_id"]),
            "anonymous_id": own(event["anonymous_id"]),
            "properties": {
                name: own(value) if name == "account" else value
                for name, value in event["properties"].items()
            },
        }
        for event in log
    ]


def place_of(identifier):
    return int(identifier.split("|")[0])


@pytest.fixture(scope="module", params=["asof", "window"])
def batch(request, tmp_path_factory):
    return Batch(tmp_path_factory.mktemp("cases"), request.param)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_sql_gives_the_answer(batch, case):
    assert batch.found[case.name] == case.expected


# Wrong rules, each met in the field.


def renumbered(history, order):
    """The events of a unit with moments of another kind."""
    return sorted(
        (event._replace(order=order(event, history)) for event in history),
        key=lambda event: (event.order, event.event_id),
    )


class OneEventServesTwoSteps(Funnel):
    def unused(self, event, walk):
        return True


class FirstEntryOnly(Funnel):
    def entries(self, done):
        return super().entries(done)[:1]


class LastEntryOnly(Funnel):
    def entries(self, done):
        return super().entries(done)[-1:]


class FirstEverTimestamps(Funnel):
    """Compares the first time of each step, whatever came before it."""

    def completions(self, history, held=None):
        return [
            [event for event in own if event.order == own[0].order]
            for own in super().completions(history, held)
        ]


class WindowBetweenNeighbours(Funnel):
    def in_window(self, first, moment, anchor=None):
        return super().in_window(anchor or first, moment)


class WindowCountsBoundaries(Funnel):
    """As datediff does: from 23:59 to 00:01 is a day."""

    def in_window(self, first, moment, anchor=None):
        count, unit = self.config["window"].split()
        length = {"minutes": MINUTE, "hours": HOUR, "days": DAY}[unit]
        return moment // 1000 // length - first // 1000 // length <= int(count)


class WindowExclusiveAtTheEnd(Funnel):
    def in_window(self, first, moment, anchor=None):
        return moment // 1000 < first // 1000 + self.window


class NoWindow(Funnel):
    def in_window(self, first, moment, anchor=None):
        return True


class ExclusionIgnored(Funnel):
    def is_dirty(self, moments, held, history):
        return False


class ExclusionInclusiveAtItsEnds(Funnel):
    def is_between(self, event, start, end, first):
        return start <= event.order and (
            event.order <= end if end is not None else self.in_window(first, event.order)
        )


class ExclusionOnlyBeforeAReachedStep(Funnel):
    def is_between(self, event, start, end, first):
        return end is not None and super().is_between(event, start, end, first)


class OptionalStepRequired(Funnel):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.steps = [step._replace(optional=False) for step in self.steps]
        self.required = list(range(len(self.steps)))


class OptionalStepAnchors(Funnel):
    """The gap of a step is measured from the optional step before it."""

    def last_reached(self, k, moment, anchor, first):
        found = [
            event.order
            for other in range(k - 1, 0, -1)
            if self.steps[other].optional
            for event in self.history
            if self.steps[other].goal in event.goals and anchor <= event.order <= moment
        ]
        return max(found, default=anchor)

    def walk(self, entry, done, history):
        self.history = history
        return super().walk(entry, done, history)

    def after_min_gap(self, k, moment, anchor, first):
        return super().after_min_gap(k, moment, self.last_reached(k, moment, anchor, first), first)

    def within_max_gap(self, k, moment, anchor, first):
        return super().within_max_gap(k, moment, self.last_reached(k, moment, anchor, first), first)


class BreakdownSplitsTheSequence(Funnel):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.hold = self.hold or next(iter(self.properties), None)


class DateRangeCutsLaterSteps(Funnel):
    def completions(self, history, held=None):
        return [
            [event for event in own if self.in_date_range(event.at)]
            for own in super().completions(history, held)
        ]


class UtcInPlaceOfTheZone(Funnel):
    def __init__(self, config, goals, may_share, zone, week_start):
        super().__init__(config, goals, may_share, "UTC", week_start)


class ImmatureLeftOut(Funnel):
    def histories(self, events):
        self.last = max(event.at for event in events)
        return super().histories(events)

    def clean(self, attempts):
        return [one for one in super().clean(attempts) if not self.is_immature(one, self.last)]


class TiesNeverServe(Funnel):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.strict_ties = True


class TiesAlwaysServe(Funnel):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.strict_ties = False


class TiesBrokenById(Funnel):
    def histories(self, events):
        def order(event, history):
            tied = [one for one in history if one.at == event.at]
            return event.at * 1000 + tied.index(event)

        return {unit: renumbered(own, order) for unit, own in super().histories(events).items()}


class SequenceIgnored(Funnel):
    def histories(self, events):
        def order(event, history):
            return event.at * 1000

        return {unit: renumbered(own, order) for unit, own in super().histories(events).items()}


class MinGapIgnored(Funnel):
    def after_min_gap(self, k, moment, anchor, first):
        return True


class MaxGapIgnored(Funnel):
    def within_max_gap(self, k, moment, anchor, first):
        return True


class MaxGapFromTheFirstStep(Funnel):
    def within_max_gap(self, k, moment, anchor, first):
        return super().within_max_gap(k, moment, first, first)


class StrictBrokenByRepeats(Funnel):
    def is_tolerated(self, event, anchor):
        return self.steps[anchor].goal not in event.goals and super().is_tolerated(event, anchor)


class StrictSeesFunnelGoalsOnly(Funnel):
    def is_broken(self, history, anchor, start, end):
        goals = {step.goal for step in self.steps}
        seen = [event for event in history if goals & event.goals]
        return super().is_broken(seen, anchor, start, end)


class AnyOrderNeedsOrder(Funnel):
    def any_attempts(self, history, held):
        return self.ordered_attempts(history, held)


class AnyOrderCountsAnEventTwice(Funnel):
    def served_together(self, served, fits):
        return {steps | fits for steps in served}


class OpenFunnelClosed(Funnel):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.is_open = False


class TotalsCountAttempts(Funnel):
    def passes(self, attempts):
        return attempts


class TotalsOncePerUnit(Funnel):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.totals = False


class HeldPropertyIgnored(Funnel):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.hold = None


class NullHeldValueIsAValue(Funnel):
    def held_of(self, event):
        return self.value(event, self.hold) or ""


class SessionUnitAsVisitor(Funnel):
    def unit_of(self, event):
        return event.visitor if self.unit == "session" else super().unit_of(event)


class NullUnitsAsOne(Funnel):
    def unit_of(self, event):
        return super().unit_of(event) or "(none)"


class FirstMatchingAfterTheDateRange(Funnel):
    def occurrences(self, k, history):
        return super().occurrences(k, [event for event in history if self.in_date_range(event.at)])


class FirstEverIsFirstMatching(Funnel):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.steps = [
            step._replace(occurrence=step.occurrence.replace("first_ever", "first_matching"))
            for step in self.steps
        ]


class TouchesOfTheAttemptOnly(Funnel):
    def touches(self, history, attempt):
        return [
            event for event in super().touches(history, attempt) if event.order in attempt.moments
        ]


class TrendsByTheBestOnly(Funnel):
    def of_periods(self, history, period_of):
        overall = self.unit_results(history).values()
        found = super().of_periods(history, period_of)
        return {key: one for key, one in found.items() if one in overall}


class EarliestEntryOfTheDeepest(Funnel):
    def best(self, attempts):
        return min(attempts, key=lambda one: (-one.depth, one.deepest, one.entry, one.held or ""))


class LastToReachTheDepth(Funnel):
    def best(self, attempts):
        return max(attempts, key=lambda one: (one.depth, one.deepest, one.entry))


MUTANTS = Funnel.__subclasses__()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_wrong_rule_misses_three_answers(mutant):
    missed = [case.name for case in CASES if by_oracle(case, mutant) != case.expected]
    assert len(missed) >= 3, missed
