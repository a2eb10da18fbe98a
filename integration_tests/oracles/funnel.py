"""Ordered, closed funnels, by trying every way to walk through the steps."""

from statistics import mean, median
from typing import NamedTuple

from .calendar_periods import period_end, period_start


class Completion(NamedTuple):
    """One event of a unit and the goals of the funnel that it completes."""

    at: int
    sequence: str | None
    event_id: str
    goals: frozenset

    @property
    def order(self):
        # By event_at, then the source's own sequence.
        return (self.at, self.sequence or "")


def follows(event, previous, ties):
    # Tied different events may serve steps in step order; `ties: strict` demands >.
    if ties == "strict":
        return event.order > previous.order
    return event.order >= previous.order


def orders(walk):
    return [event.order for event in walk]


def deepest_walk(events, steps, window, ties, walk):
    """The deepest way to go on from `walk`; each step as early as it can be."""
    best = walk
    if len(walk) == len(steps):
        return best
    for event in events:
        if (
            steps[len(walk)] in event.goals
            # One event serves one step.
            and event not in walk
            and follows(event, walk[-1], ties)
            # The window runs from the first step and is inclusive at the end.
            and event.at <= walk[0].at + window
        ):
            found = deepest_walk(events, steps, window, ties, [*walk, event])
            if (-len(found), orders(found)) < (-len(best), orders(best)):
                best = found
    return best


def attempts(events, steps, window, ties="step_order"):
    # Every step-1 completion starts one.
    return [
        deepest_walk(events, steps, window, ties, [entry])
        for entry in events
        if steps[0] in entry.goals
    ]


def result(tried):
    """The attempt that counts for a unit, None when it never entered."""
    if not tried:
        return None
    # A unit's result is its deepest attempt.
    depth = max(len(walk) for walk in tried)
    deepest = [walk for walk in tried if len(walk) == depth]
    # Its times come from the first attempt to reach that depth ...
    reached = min(walk[-1].order for walk in deepest)
    first = [walk for walk in deepest if walk[-1].order == reached]
    # ... using the latest entry before it.
    entered = max(walk[0].order for walk in first)
    return min((walk for walk in first if walk[0].order == entered), key=orders)


def unit_result(events, steps, window, ties="step_order"):
    return result(attempts(events, steps, window, ties))


def seconds(values, how):
    return how([value / 1_000_000 for value in values]) if values else None


def rate(part, whole):
    return part / whole if whole else None


def funnel_steps(units, steps, window, last_event_at, ties="step_order"):
    """Rows of `funnel_steps` for units = {unit: [Completion]}."""
    walks = [unit_result(events, steps, window, ties) for events in units.values()]
    walks = [walk for walk in walks if walk]
    entered = len(walks)
    # Entries whose window has not passed are flagged immature.
    immature = sum(1 for walk in walks if walk[0].at + window > last_event_at)
    rows = []
    previous = entered
    for number in range(1, len(steps) + 1):
        reached = [walk for walk in walks if len(walk) >= number]
        lags = [walk[number - 1].at - walk[number - 2].at for walk in reached if number > 1]
        since_first = [walk[number - 1].at - walk[0].at for walk in reached if number > 1]
        rows.append(
            {
                "step_number": number,
                "units_entered": entered,
                "units_reached": len(reached),
                "conversion_rate": rate(len(reached), entered),
                "step_conversion_rate": rate(len(reached), previous),
                "dropped_off": previous - len(reached),
                "drop_off_rate": rate(previous - len(reached), previous),
                "immature_units": immature,
                "median_seconds_from_previous": seconds(lags, median),
                "mean_seconds_from_previous": seconds(lags, mean),
                "median_seconds_from_first": seconds(since_first, median),
            }
        )
        previous = len(reached)
    return rows


def funnel_trends(
    units, steps, window, period, last_event_at, ties="step_order", zone="UTC", week_start="monday"
):
    """{(period_start, step_number): (units_entered, units_reached, is_mature)}.

    Trends by entry period: each unit once per period, with its deepest attempt of that period.
    """
    depths = {}
    for unit, events in units.items():
        for walk in attempts(events, steps, window, ties):
            key = (period_start(walk[0].at, period, zone, week_start), unit)
            depths[key] = max(depths.get(key, 0), len(walk))
    cells = {}
    for start in {start for start, _ in depths}:
        # Mature: the window of the last possible entry of the period has passed.
        end = period_end(start, period, zone)
        is_mature = end + window <= last_event_at
        of_period = [depth for (begun, _), depth in depths.items() if begun == start]
        for number in range(1, len(steps) + 1):
            reached = sum(1 for depth in of_period if depth >= number)
            cells[start, number] = (len(of_period), reached, is_mature)
    return cells
