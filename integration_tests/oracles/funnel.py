"""Funnels by brute force, one rule of the definitions a method.

`Funnel` takes a definition as the config has it, and `Event`s with the goals that they complete. A
moment is an `event_order`: microseconds * 1000 and a rank inside a tie that the source can order.
Equal moments are an unbreakable tie. A wrong rule is a subclass that overrides one method.
"""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from statistics import mean
from typing import NamedTuple
from zoneinfo import ZoneInfo

from . import duration, identity, sessions
from . import goals as goal_oracle
from .calendar_periods import local_date, period_end, period_start


class Event(NamedTuple):
    """One event: what it is, whose it is, and the goals that it completes."""

    order: int
    event_id: str
    event_name: str
    visitor: str | None
    session: str | None
    goals: frozenset
    properties: dict

    @property
    def at(self):
        return self.order // 1000


class Step(NamedTuple):
    goal: str
    optional: bool = False
    min_gap: int | None = None
    max_gap: int | None = None
    occurrence: str = "every"
    label: str | None = None


class Attempt(NamedTuple):
    """The moment of each step, None for those that were not reached."""

    held: str | None
    moments: tuple
    is_dirty: bool = False

    @property
    def entry(self):
        # entered_at: step 1; of an open funnel the earliest of the steps.
        return min(moment for moment in self.moments if moment is not None)

    @property
    def depth(self):
        # Number of the deepest step reached, optional or not.
        return max(number for number, moment in enumerate(self.moments, 1) if moment is not None)

    @property
    def deepest(self):
        return self.moments[self.depth - 1]


def microseconds(local, zone):
    """A local time of `zone` as microseconds since the epoch."""
    return int(local.replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1_000_000


def local_time(text):
    return datetime.fromisoformat(str(text))


class Funnel:
    """One definition; `goals` is {name: goal}, `may_share` pairs of goals that may share events."""

    def __init__(self, config, goals, may_share=(), zone="UTC", week_start="monday"):
        self.config = config
        self.name = config["name"]
        self.zone = zone
        self.week_start = week_start
        self.goals = goals
        self.may_share = {frozenset(pair) for pair in may_share}
        self.steps = [
            Step(
                step["goal"],
                step.get("optional", False),
                step.get("min_gap") and duration(step["min_gap"]),
                step.get("max_gap") and duration(step["max_gap"]),
                step.get("occurrence", "every"),
                step.get("label"),
            )
            for step in (
                step if isinstance(step, dict) else {"goal": step} for step in config["steps"]
            )
        ]
        self.all_goals = {step.goal for step in self.steps}
        self.required = [k for k, step in enumerate(self.steps) if not step.optional]
        self.window = duration(config["window"])
        self.order = config.get("order", "ordered")
        self.is_open = config.get("entry", "first_step") == "any_step"
        self.strict_ties = config.get("ties", "step_order") == "strict"
        self.unit = config.get("unit", "visitor")
        self.hold = config.get("hold_constant")
        self.exclusions = [
            {"from_step": 1, "to_step": len(self.steps), **exclusion}
            for exclusion in config.get("exclusions", [])
        ]
        self.breakdowns = [
            [entry] if isinstance(entry, str) else list(entry)
            for entry in config.get("breakdowns", [])
        ]
        self.properties = sorted({name for entry in self.breakdowns for name in entry})
        self.anchor = config.get("breakdown_by", "entry_step")
        self.limit = config.get("breakdown_limit", 25)
        self.totals = config.get("mode", "units") == "totals"

    # Units

    def value(self, event, name):
        # Missing and empty are the same.
        return event.properties.get(name) or None

    def unit_of(self, event):
        # Unit: visitor, session, or the text of a property on the event.
        if self.unit == "visitor":
            return event.visitor
        if self.unit == "session":
            return event.session
        return self.value(event, self.unit["property"])

    def held_of(self, event):
        return self.value(event, self.hold) if self.hold else None

    def histories(self, events):
        """{unit: its events in order}; events without a unit are in no funnel."""
        found = defaultdict(list)
        for event in sorted(events, key=lambda event: (event.order, event.event_id)):
            if self.unit_of(event) is not None:
                found[self.unit_of(event)].append(event)
        return found

    # Completions of a step

    def occurrences(self, k, history):
        step = self.steps[k]
        done = [event for event in history if step.goal in event.goals]
        # first_matching: only completions at the unit's earliest moment of that goal.
        if step.occurrence == "first_matching":
            moments = [event.order for event in done]
        # first_ever: only completions at the earliest moment at which the unit had any event with
        # one of the goal's event names; of a goal without event names any event.
        elif step.occurrence == "first_ever":
            names = event_names(self.goals[step.goal])
            moments = [
                event.order for event in history if names is None or event.event_name in names
            ]
        else:
            return done
        return [event for event in done if event.order == min(moments)]

    def completions(self, history, held=None):
        """For each step the events that can serve it, of one held value."""
        return [
            [
                event
                # Occurrence is over all history of the unit, never per held value.
                for event in self.occurrences(k, history)
                if not self.hold or self.held_of(event) == held
            ]
            for k in range(len(self.steps))
        ]

    def held_values(self, history):
        # Attempts are walked inside each held value; completions without it are in no funnel.
        if not self.hold:
            return [None]
        return sorted({self.held_of(event) for event in history} - {None})

    def in_date_range(self, at):
        # The date range selects entries, as local times of the project zone, both ends inclusive;
        # a last day without a time is that whole day.
        first, last = self.config.get("date_from"), self.config.get("date_to")
        if first and at < microseconds(local_time(first), self.zone):
            return False
        if last and len(str(last)) > 10:
            return at <= microseconds(local_time(last), self.zone)
        return not last or at < microseconds(local_time(last) + timedelta(days=1), self.zone)

    # Attempts

    def in_window(self, first, moment, anchor=None):
        # Elapsed time from step 1, inclusive at the end.
        return moment // 1000 <= first // 1000 + self.window

    def follows(self, moment, anchor):
        # Tied different events may serve steps in step order; `ties: strict` demands a later one.
        return moment > anchor if self.strict_ties else moment >= anchor

    def after_min_gap(self, k, moment, anchor, first):
        gap = self.steps[k].min_gap
        return gap is None or moment // 1000 >= anchor // 1000 + gap

    def within_max_gap(self, k, moment, anchor, first):
        gap = self.steps[k].max_gap
        return gap is None or moment // 1000 <= anchor // 1000 + gap

    def unused(self, event, walk):
        # One event serves one step.
        return event not in walk

    def gap_of(self, k):
        """The last required step before step k and the next one, None at the end."""
        anchor = max(number for number in self.required if number < k)
        return anchor, min((number for number in self.required if number > anchor), default=None)

    def is_tolerated(self, event, anchor):
        # A repeat of the current step does not break, nor does an optional step of this gap.
        return self.steps[anchor].goal in event.goals or any(
            step.goal in event.goals
            for k, step in enumerate(self.steps)
            if step.optional and self.gap_of(k)[0] == anchor
        )

    def is_broken(self, history, anchor, start, end):
        # Strict: any other event of the unit strictly between breaks, tracked or not.
        return self.order == "strict" and any(
            start < event.order < end and not self.is_tolerated(event, anchor) for event in history
        )

    def share(self, k, other):
        pair = frozenset([self.steps[k].goal, self.steps[other].goal])
        return len(pair) == 1 or pair in self.may_share

    def walk(self, entry, done, history):
        """The moments of the attempt that enters at `entry`."""
        moments = [entry] + [None] * (len(self.steps) - 1)
        # All ways to give events to the steps so far; the moment of each step is greedy in time.
        walks = [[event] for event in done[0] if event.order == entry]
        for anchor, k in zip(self.required, self.required[1:]):
            longer = [
                [*walk, event]
                for walk in walks
                for event in done[k]
                if self.unused(event, walk)
                and self.follows(event.order, moments[anchor])
                and self.after_min_gap(k, event.order, moments[anchor], entry)
            ]
            earliest = min((walk[-1].order for walk in longer), default=None)
            # If the earliest does not fit, the attempt ends: there is no second choice.
            if (
                earliest is None
                or not self.in_window(entry, earliest, moments[anchor])
                or not self.within_max_gap(k, earliest, moments[anchor], entry)
                or self.is_broken(history, anchor, moments[anchor], earliest)
            ):
                break
            moments[k] = earliest
            walks = [walk for walk in longer if walk[-1].order == earliest]
        # Optional steps never gate and never anchor.
        for k in range(len(self.steps)):
            if self.steps[k].optional:
                moments[k] = self.optional_moment(k, moments, done, history)
        return tuple(moments)

    def optional_moment(self, k, moments, done, history):
        anchor, end = self.gap_of(k)
        start = moments[anchor]
        if start is None:
            return None
        # Where its goal may share events with another step, it is strictly inside the gap.
        others = [other for other in range(len(self.steps)) if other != k]
        strictly = self.strict_ties or any(self.share(k, other) for other in others)
        # It is strictly later than an earlier optional step of the gap that may share its events.
        before = [
            moments[other]
            for other in range(anchor + 1, k)
            if moments[other] is not None and self.share(k, other)
        ]
        fits = [
            event.order
            for event in done[k]
            if (event.order > start if strictly else event.order >= start)
            and all(event.order > moment for moment in before)
            and self.after_min_gap(k, event.order, start, moments[0])
        ]
        # The earliest; if that does not fit, it is not reached.
        if not fits:
            return None
        moment = min(fits)
        # Before the next required step if that is reached, else up to the end of the window.
        stop = moments[end] if end is not None else None
        if stop is not None and (moment >= stop if strictly else moment > stop):
            return None
        if (
            self.in_window(moments[0], moment)
            and self.within_max_gap(k, moment, start, moments[0])
            and not self.is_broken(history, anchor, start, moment)
        ):
            return moment
        return None

    def is_excluding(self, exclusion, event):
        happened = (
            exclusion["goal"] in event.goals
            if "goal" in exclusion
            else event.event_name == exclusion["event"]
        )
        return happened and self.passes_filter(exclusion, event)

    def passes_filter(self, exclusion, event):
        filled = {name: value for name, value in event.properties.items() if value != ""}
        return all(
            goal_oracle.holds({"properties": filled}, name, condition)
            for name, condition in exclusion.get("where", {}).items()
        )

    def is_between(self, event, start, end, first):
        # Strictly between the two steps, or inside the window if the second was not reached.
        if end is not None:
            return start < event.order < end
        return start < event.order and self.in_window(first, event.order)

    def is_dirty(self, moments, held, history):
        for exclusion in self.exclusions:
            start = moments[exclusion["from_step"] - 1]
            end = moments[exclusion["to_step"] - 1]
            if start is not None and any(
                self.is_excluding(exclusion, event)
                and self.is_between(event, start, end, moments[0])
                # With hold_constant: the same held value, or none.
                and (not self.hold or self.held_of(event) in (None, held))
                for event in history
            ):
                return True
        return False

    def entries(self, done):
        # Every moment with a step-1 completion inside the date range starts an attempt.
        return sorted({event.order for event in done[0] if self.in_date_range(event.at)})

    def ordered_attempts(self, history, held):
        done = self.completions(history, held)
        for entry in self.entries(done):
            moments = self.walk(entry, done, history)
            yield Attempt(held, moments, self.is_dirty(moments, held, history))

    def served_together(self, served, fits):
        """All sets of steps that can be served when one more event comes, which serves one."""
        return served | {steps | {k} for steps in served for k in fits - steps}

    def any_attempts(self, history, held):
        done = self.completions(history, held)
        all_done = [event for event in history if any(event in own for own in done)]
        # Every moment with a completion of any step inside the date range starts an attempt.
        for entry in sorted({one.order for one in all_done if self.in_date_range(one.at)}):
            moments = [None] * len(self.steps)
            served = {frozenset()}
            for event in all_done:
                if event.order < entry or not self.in_window(entry, event.order):
                    continue
                fits = {k for k, own in enumerate(done) if event in own}
                served = self.served_together(served, fits)
                # Bar k is the first time at which k steps can be served by different events.
                for k in range(max(map(len, served))):
                    if moments[k] is None:
                        moments[k] = event.order
            yield Attempt(held, tuple(moments))

    def open_attempts(self, history, counts=lambda at: True):
        # Open: who did step k inside the date range; the r-th step of a goal needs the r-th time.
        moments = []
        for k, own in enumerate(self.completions(history)):
            before = sum(1 for step in self.steps[:k] if step.goal == self.steps[k].goal)
            inside = [event.order for event in own if self.in_date_range(event.at)][before:]
            moments.append(next((moment for moment in inside if counts(moment // 1000)), None))
        if any(moment is not None for moment in moments):
            yield Attempt(None, tuple(moments))

    def attempts(self, history):
        if self.is_open:
            return list(self.open_attempts(history))
        walk = self.any_attempts if self.order == "any" else self.ordered_attempts
        return [found for held in self.held_values(history) for found in walk(history, held)]

    # Results

    def is_completed(self, attempt):
        return attempt.moments[self.required[-1]] is not None

    def best(self, attempts):
        # The deepest; then the first to get there; then the latest entry; then the smallest held.
        return min(attempts, key=lambda one: (-one.depth, one.deepest, -one.entry, one.held or ""))

    def starts_within(self, attempt, first):
        return attempt.entry // 1000 <= first.entry // 1000 + self.window

    def passes(self, attempts):
        """Totals: the passes of one unit and held value, from its clean attempts."""
        rest = sorted(attempts, key=lambda one: one.entry)
        found = []
        while rest:
            # The attempts that begin within the window of the first belong to the pass.
            own = [one for one in rest if self.starts_within(one, rest[0])]
            ended = [one for one in own if self.is_completed(one)]
            if ended:
                # Up to the end of the first that completes; the latest entry among equals.
                end = min(one.moments[self.required[-1]] for one in ended)
                ended = [one for one in ended if one.moments[self.required[-1]] == end]
                found.append(max(ended, key=lambda one: one.entry))
                # The next entry is strictly later than that.
                rest = [one for one in rest if one.entry > end]
            else:
                found.append(self.best(own))
                rest = [one for one in rest if not self.starts_within(one, rest[0])]
        return found

    def clean(self, attempts):
        # Dirty attempts do not exist.
        return [one for one in attempts if not one.is_dirty]

    def numbered(self, history):
        """[(pass number, attempt)] of a unit: in totals its passes, else all clean attempts."""
        clean = self.clean(self.attempts(history))
        if not self.totals:
            return [(1, one) for one in clean]
        found = []
        for held in {one.held for one in clean}:
            found.extend(self.passes([one for one in clean if one.held == held]))
        # pass_number counts by entry, then held value.
        found.sort(key=lambda one: (one.entry, one.held or ""))
        return list(enumerate(found, 1))

    def unit_results(self, history):
        """{pass number: the attempt that counts}."""
        found = defaultdict(list)
        for number, attempt in self.numbered(history):
            found[number].append(attempt)
        return {number: self.best(own) for number, own in found.items()}

    def is_immature(self, attempt, last_event_at):
        # The window of the entry has not passed at the end of the data.
        return attempt.entry // 1000 + self.window > last_event_at

    # Breakdowns

    def carried(self, attempt, history, name, moment, goals):
        # Of several tied events of the goal at that moment the smallest event_id.
        event = min(
            (
                event
                for event in history
                if event.order == moment
                and goals & event.goals
                and (not self.hold or self.held_of(event) == attempt.held)
            ),
            key=lambda event: event.event_id,
        )
        return self.value(event, name) or "(not set)"

    def value_at_entry(self, attempt, history, name):
        # In any order, and in an open funnel, any step can be the entry.
        goals = self.all_goals if self.order == "any" or self.is_open else {self.steps[0].goal}
        return self.carried(attempt, history, name, attempt.entry, goals)

    def value_at_step(self, attempt, history, name, k):
        # In any order the steps are bars, which an event of any step can fill.
        goals = self.all_goals if self.order == "any" else {self.steps[k].goal}
        return self.carried(attempt, history, name, attempt.moments[k], goals)

    def touches(self, history, attempt):
        # Touches are over all completions of any step, whatever the date range.
        return [event for event in history if self.all_goals & event.goals]

    def breakdown_value(self, attempt, history, name):
        reached = [k for k, moment in enumerate(attempt.moments) if moment is not None]
        if self.anchor in ("first_touch", "last_touch"):
            values = [self.value(event, name) for event in self.touches(history, attempt)]
            filled = [value for value in values if value]
            if not filled:
                return "(not set)"
            return filled[0] if self.anchor == "first_touch" else filled[-1]
        if self.anchor == "entry_step":
            return self.value_at_entry(attempt, history, name)
        # all_events: the value that the events of all reached steps carry.
        if self.anchor == "all_events":
            values = {self.value_at_step(attempt, history, name, k) for k in reached}
            return values.pop() if len(values) == 1 else "(mixed)"
        k = self.anchor["step"] - 1
        return self.value_at_step(attempt, history, name, k) if k in reached else "(not reached)"

    def dimensions(self, attempt, history):
        # An open funnel has one value a unit, whatever the day.
        if self.is_open:
            (attempt,) = self.open_attempts(history)
        return {name: self.breakdown_value(attempt, history, name) for name in self.properties}

    # Models

    def row(self, unit, number, attempt, history):
        moments = attempt.moments
        return {
            "unit_id": unit,
            "pass_number": number,
            "entry_date": self.local_date(attempt.entry // 1000),
            "depth": attempt.depth,
            "is_excluded": False,
            "is_completed": self.is_completed(attempt),
            "held_value": attempt.held,
            "entered_at": attempt.entry // 1000,
            "deepest_at": attempt.deepest // 1000,
            "steps": tuple(moment if moment is None else moment // 1000 for moment in moments),
            "dimensions": self.dimensions(attempt, history),
        }

    def of_periods(self, history, period_of):
        """{(pass number, period): the attempt that counts there}; `period_of` a time."""
        if self.is_open:
            # Of an open funnel the steps that were done in the period.
            periods = {period_of(event.at) for event in history}
            walks = {
                (1, period): list(self.open_attempts(history, lambda at: period_of(at) == period))
                for period in periods
            }
            return {key: own[0] for key, own in walks.items() if own}
        # Each unit once in a period, with the deepest attempt that began in it; each pass once.
        found = defaultdict(list)
        for number, attempt in self.numbered(history):
            found[number, period_of(attempt.entry // 1000)].append(attempt)
        return {key: self.best(own) for key, own in found.items()}

    def local_date(self, at):
        return local_date(at, self.zone)

    def unit_days(self, events):
        """Rows of int_funnel_unit_days; of what is excluded only who and when."""
        rows = []
        for unit, history in self.histories(events).items():
            days = self.of_periods(history, self.local_date)
            for (number, _), attempt in days.items():
                rows.append(self.row(unit, number, attempt, history))
            # A day with only dirty attempts; in totals the unit, if it has nothing else.
            dirty = [one for one in self.attempts(history) if one.is_dirty]
            dirty_days = {self.local_date(one.entry // 1000) for one in dirty}
            if self.totals:
                dirty_days = {None} if dirty and not days else set()
            for day in dirty_days - {day for _, day in days}:
                rows.append({"unit_id": unit, "entry_date": day, "is_excluded": True, "depth": 0})
        return rows

    def excluded_units(self, events):
        # Units whose attempts are all dirty are not in the funnel.
        histories = self.histories(events).values()
        return sum(
            1 for own in histories if self.attempts(own) and not self.clean(self.attempts(own))
        )

    def funnel_units(self, events):
        """Rows of funnel_units."""
        last = max((event.at for event in events), default=0)
        return [
            {
                **self.row(unit, number, attempt, history),
                "is_immature": self.is_immature(attempt, last),
            }
            for unit, history in self.histories(events).items()
            for number, attempt in self.unit_results(history).items()
        ]

    def without_unit(self, k, events):
        # Completions without a unit, or without the held property, are counted beside.
        own = self.steps[k].goal
        # In any order the steps are bars: those of all their goals.
        goals = self.all_goals if self.order == "any" else {own}
        return sum(
            len(goals & event.goals)
            for event in events
            if self.unit_of(event) is None or (self.hold and self.held_of(event) is None)
        )

    def sliced(self, rows):
        """{(breakdown_name, breakdown_value): rows}."""
        found = {("all", "all"): rows}
        for names in self.breakdowns:
            values = [", ".join(row["dimensions"][name] for name in names) for row in rows]
            # Values beyond the most frequent are (other); among equals the smaller value is kept.
            counts = Counter(values)
            kept = sorted(counts, key=lambda value: (-counts[value], value))[: self.limit]
            for row, value in zip(rows, values):
                key = (", ".join(names), value if value in kept else "(other)")
                found.setdefault(key, []).append(row)
        return found

    def reached(self, row, k):
        # Everybody who got deeper passed a required step; optional and open steps by themselves.
        return row["steps"][k] is not None

    def previous(self, k):
        """The required step before step k; in an open funnel the step before."""
        return max((number for number in self.required if number < k), default=None)

    def funnel_steps(self, events):
        """{(breakdown_name, breakdown_value, step_number): row} of funnel_steps."""
        excluded = self.excluded_units(events)
        found = {}
        for key, rows in self.sliced(self.funnel_units(events)).items():
            entered = len(rows)
            mature = [row for row in rows if not row["is_immature"]]
            for k, step in enumerate(self.steps):
                reached = [row for row in rows if self.reached(row, k)]
                previous = self.previous(k)
                # Of step 1 everybody who did it comes from nowhere: it loses nobody.
                before = (
                    reached
                    if previous is None
                    else [row for row in rows if self.reached(row, previous)]
                )
                both = [row for row in before if self.reached(row, k)]
                lost = None if step.optional else len(before) - len(both)
                mature_reached = sum(1 for row in mature if self.reached(row, k))
                found[*key, k + 1] = {
                    "units_entered": entered,
                    "units_reached": len(reached),
                    "conversion_rate": rate(len(reached), entered),
                    "step_conversion_rate": rate(len(both), len(before)),
                    "dropped_off": lost,
                    "drop_off_rate": None if step.optional else rate(lost, len(before)),
                    "immature_units": entered - len(mature),
                    "mature_units_entered": len(mature),
                    "mature_units_reached": mature_reached,
                    "mature_conversion_rate": rate(mature_reached, len(mature)),
                    **(
                        {
                            "completions_without_unit": self.without_unit(k, events),
                            "excluded_units": excluded,
                        }
                        if key == ("all", "all")
                        else {}
                    ),
                    **times("previous", self.lags(both, k, previous)),
                    **times("first", self.lags(reached, k, None) if k else []),
                }
        return found

    def lags(self, rows, k, previous):
        """Seconds from a step, or from the entry; negative ones are left out."""
        if k == 0:
            return []
        starts = [row["entered_at"] if previous is None else row["steps"][previous] for row in rows]
        lags = [(row["steps"][k] - start) / 1e6 for row, start in zip(rows, starts)]
        return sorted(lag for lag in lags if lag >= 0)

    def funnel_trends(self, events, period):
        """{(period_start, step_number): (units_entered, units_reached, is_mature)}."""

        def begin(at):
            return period_start(at, period, self.zone, self.week_start)

        last = max((event.at for event in events), default=0)
        periods = defaultdict(list)
        for history in self.histories(events).values():
            for (_, start), attempt in self.of_periods(history, begin).items():
                periods[start].append(attempt)
        cells = {}
        for start, own in periods.items():
            # Mature: the window of the last possible entry of the period has passed.
            is_mature = period_end(start, period, self.zone) + self.window <= last
            for k in range(len(self.steps)):
                reached = sum(1 for one in own if one.moments[k] is not None)
                cells[start, k + 1] = (len(own), reached, is_mature)
        return cells


def rate(part, whole):
    return part / whole if whole else None


def quantile(values, share):
    # Continuous: between the two neighbours in proportion.
    position = (len(values) - 1) * share
    low = int(position)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (position - low)


def times(name, lags):
    """Seconds to convert, from sorted lags."""
    shares = {"median": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95}
    return {
        f"mean_seconds_from_{name}": mean(lags) if lags else None,
        **{
            f"{column}_seconds_from_{name}": quantile(lags, share) if lags else None
            for column, share in shares.items()
        },
    }


def event_names(goal):
    """The event names that a goal reads, None for any event."""
    match = goal["match"]
    return match.get("events", [match["event"]] if "event" in match else None)


def facts(log, goals, policy="user"):
    """Events of a log as `logs.py` writes it, with visitors, sessions, order and goals."""
    log = list({event["event_id"]: event for event in log}.values())
    owned = identity.with_visitors(log, policy)
    session_of = {}
    for visit in sessions.sessions(owned):
        first = min(visit, key=lambda event: (event["at"], event["event_id"]))
        for event in visit:
            native = event["native_session_id"]
            session_of[event["event_id"]] = (
                f"{event['visitor']}.{first['at'] if native is None else native}"
            )
    owned = [{**event, "session": session_of.get(event["event_id"])} for event in owned]
    completed = defaultdict(set)
    for name, goal in goals.items():
        for event in completions(goal, owned, goals):
            completed[event["event_id"]].add(name)
    # The source's own sequence ranks the events of a visitor inside one microsecond.
    ranks = defaultdict(set)
    for event in owned:
        ranks[event["visitor"], event["at"]].add(event["sequence"] or "")
    return [
        Event(
            event["at"] * 1000
            + (
                0
                if event["visitor"] is None
                else sorted(ranks[event["visitor"], event["at"]]).index(event["sequence"] or "")
            ),
            event["event_id"],
            event["event_name"],
            event["visitor"],
            event["session"],
            frozenset(completed[event["event_id"]]),
            {**event["properties"], "page_path": event["page_path"]},
        )
        for event in owned
    ]


def completions(goal, events, goals):
    """Per visitor; events of nobody complete whatever they match."""
    visitors = {event["visitor"] for event in events} - {None}
    return [
        *(
            event
            for visitor in visitors
            for event in goal_oracle.completions(
                goal, [event for event in events if event["visitor"] == visitor], goals
            )
        ),
        *(
            event
            for event in events
            if event["visitor"] is None and goal_oracle.matches(event, goal["match"], goals)
        ),
    ]
