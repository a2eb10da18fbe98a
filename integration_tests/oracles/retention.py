"""Cohorts: who starts when, and who comes back in which interval.

An event is a mapping with `at` (microseconds), `order`, `event_id`, `event_name` and `properties`.
A cohort is written as in the configuration; its goals are functions of an event. Every rule is a
method of its own, so that a test can break one.
"""

from collections import Counter
from datetime import timedelta

from . import DAY, HOUR, duration
from .calendar_periods import add_periods, interval_start, local_time

LENGTHS = {"hour": HOUR, "day": DAY, "week": 7 * DAY, "month": 30 * DAY}
DEFAULTS = {
    "first": "first_matching",
    "interval": "week",
    "intervals": 8,
    "criterion": "on",
    "rolling": False,
    "brackets": None,
    "min_occurrences": 1,
    "window": None,
    "breakdowns": [],
    "breakdown_limit": 25,
}


class Retention:
    def __init__(self, cohort, goals, zone="UTC", week_start="monday"):
        self.cohort = {**DEFAULTS, **cohort}
        self.goals = goals
        self.zone = zone
        self.week_start = week_start

    # Who starts when.

    def starts(self, events):
        """The start event of each cohort that a unit is in."""
        chosen = self.candidates(events)
        if not chosen:
            return []
        if self.cohort["first"] == "recurring":
            # A member of every calendar interval in which it started, from the first time in it.
            intervals = {}
            for event in chosen:
                intervals.setdefault(self.calendar_interval(event["at"]), []).append(event)
            return [self.earliest(own) for own in intervals.values()]
        # Otherwise the first time over all history.
        return [self.earliest(chosen)]

    def candidates(self, events):
        start = self.cohort["start"]
        if isinstance(start, dict):
            # The first event with a value that is not empty.
            return [event for event in events if self.value_of(event, start["property"])]
        if start == "first_seen":
            return events
        goal = self.goals[start]
        completions = [event for event in events if goal["matches"](event)]
        if self.cohort["first"] == "first_ever":
            # The first event with one of the goal's names must complete it.
            tries = [
                event["order"]
                for event in events
                if goal["names"] is None or event["event_name"] in goal["names"]
            ]
            return [event for event in completions if event["order"] == min(tries)]
        return completions

    def earliest(self, events):
        """Of tied events the one with the smallest id."""
        return min(events, key=lambda event: (event["order"], event["event_id"]))

    # Who comes back.

    def is_return(self, event, start):
        """Only returns strictly after the start count, and with a window none that are later."""
        wanted, window = self.cohort["return"], self.cohort["window"]
        return (
            (wanted == "any_event" or self.goals[wanted]["matches"](event))
            and self.is_after(event, start)
            and (window is None or event["at"] - start["at"] <= duration(window))
        )

    def is_after(self, event, start):
        return event["order"] > start["order"]

    def number(self, event, start):
        """How many intervals after that of the start."""
        if self.cohort["rolling"]:
            # Stretches of one length from the start itself.
            return (event["at"] - start["at"]) // LENGTHS[self.cohort["interval"]]
        return self.calendar_number(event, start)

    def calendar_number(self, event, start):
        first, wanted = (self.calendar_interval(one["at"]) for one in (start, event))
        if self.cohort["interval"] == "month":
            return (wanted.year - first.year) * 12 + wanted.month - first.month
        # On the local clock: a day whose clocks change is one day.
        return (wanted - first) // timedelta(microseconds=LENGTHS[self.cohort["interval"]])

    def calendar_interval(self, at):
        """Hours, days, weeks and months of the local clock."""
        return interval_start(at, self.cohort["interval"], self.zone, self.week_start)

    def cells(self):
        """(first interval, last interval), cell 0 included."""
        if self.cohort["brackets"] is None:
            return [(number, number) for number in range(self.cohort["intervals"] + 1)]
        cells = [(0, 0)]
        for bracket in self.cohort["brackets"]:
            if isinstance(bracket, str):
                bracket = [int(number) for number in bracket.split("-")]
            bracket = [bracket] if isinstance(bracket, int) else bracket
            cells.append((bracket[0], bracket[-1]))
        return cells

    def falls_in(self, number, cell):
        first, last = cell
        # on_or_after: in the interval and all later ones together.
        if self.cohort["criterion"] == "on_or_after" and first > 0:
            return number >= first
        return first <= number <= last

    def returned(self, events, start, cell):
        back = [event for event in events if self.is_return(event, start)]
        inside = [event for event in back if self.falls_in(self.number(event, start), cell)]
        # min_occurrences applies to returns only.
        return len(inside) >= self.cohort["min_occurrences"]

    def active(self, events, start, cell):
        """Any event after the start, however long after it."""
        return any(
            self.falls_in(self.number(event, start), cell)
            for event in events
            if event["order"] > start["order"]
        )

    def is_mature(self, starts, cell, last_at):
        """Whether the last interval of the cell is over for the whole cohort."""
        after = cell[1] + 1
        if self.cohort["rolling"]:
            latest = max(start["at"] for start in starts)
            return latest + after * LENGTHS[self.cohort["interval"]] <= last_at
        first = self.calendar_interval(starts[0]["at"])
        end = add_periods(first, after, self.cohort["interval"])
        now = local_time(last_at, self.zone)
        if self.cohort["interval"] == "hour":
            return end <= now
        # The last day of the data is over.
        return (end - timedelta(days=1)).date() <= now.date()

    # Broken down by what the start event says.

    def value_of(self, event, name):
        """Missing and empty are the same."""
        return event["properties"].get(name) or None

    def breakdowns(self, start):
        """{breakdown name: value} of one start event."""
        names = [[name] if isinstance(name, str) else name for name in self.cohort["breakdowns"]]
        if isinstance(self.cohort["start"], dict):
            names = [[self.cohort["start"]["property"]], *names]
        values = {
            ", ".join(together): ", ".join(
                self.value_of(start, one) or "(not set)" for one in together
            )
            for together in names
        }
        return {"all": "all", **values}

    def most_common(self, members):
        """Per breakdown the values that keep their name: the most members of all cohorts."""
        counted = {}
        for _, start in members:
            for name, value in self.breakdowns(start).items():
                counted.setdefault(name, Counter())[value] += 1
        limit = self.cohort["breakdown_limit"]
        return {
            name: sorted(values, key=lambda value: (-values[value], value))[:limit]
            for name, values in counted.items()
        }

    def matrix(self, units, last_at):
        """{(breakdown name, value, cohort, first interval): what the mart says of it}."""
        members = [(events, start) for events in units for start in self.starts(events)]
        keep = self.most_common(members)
        cohorts = {}
        slices = {}
        for events, start in members:
            interval = self.calendar_interval(start["at"])
            cohorts.setdefault(interval, []).append(start)
            for name, value in self.breakdowns(start).items():
                value = value if value in keep[name] else "(other)"
                slices.setdefault((name, value, interval), []).append((events, start))
        found = {}
        for (name, value, interval), people in slices.items():
            for cell in self.cells():
                found[name, value, interval, cell[0]] = self.cell(
                    people, cell, self.is_mature(cohorts[interval], cell, last_at)
                )
        return found

    def cell(self, people, cell, is_mature):
        size = len(people)
        returned = sum(self.returned(events, start, cell) for events, start in people)
        active = sum(self.active(events, start, cell) for events, start in people)
        label = str(cell[0]) if cell[0] == cell[1] else f"{cell[0]}-{cell[1]}"
        same = None
        if cell[0] == 0:
            # Cell 0 is the cohort; who returned within its interval has a column of its own.
            same, returned, active = returned, size, size
        elif not is_mature:
            # What has not had its time is unknown, not 0.
            returned = active = None
        return {
            "interval_end_number": cell[1],
            "interval_label": label,
            "cohort_size": size,
            "units_returned": returned,
            "units_returned_same_interval": same,
            "units_active": active,
            "is_mature": is_mature,
        }


def averages(matrix):
    """{(breakdown name, value, first interval): pooled over the mature cohorts}."""
    pooled = {}
    for (name, value, _, number), cell in matrix.items():
        pool = pooled.setdefault((name, value, number), Counter())
        if cell["is_mature"]:
            pool["cohorts"] += 1
            for column in ("cohort_size", "units_returned", "units_active"):
                pool[column] += cell[column]
    return {
        key: {
            "cohorts": pool["cohorts"],
            "cohort_size": pool["cohort_size"],
            "units_returned": pool["units_returned"] if pool["cohorts"] else None,
            # Weighted by the size of the cohorts.
            "retention_rate": rate(pool["units_returned"], pool),
            "units_active": pool["units_active"] if pool["cohorts"] else None,
            "active_rate": rate(pool["units_active"], pool),
        }
        for key, pool in pooled.items()
    }


def rate(part, pool):
    return part / pool["cohort_size"] if pool["cohorts"] else None
