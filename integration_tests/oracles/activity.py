"""Lifecycle and stickiness of visitors, from the local days on which each was active."""

from collections import Counter
from datetime import timedelta

from .calendar_periods import add_periods, first_date


def periods_of(days, period, week_start):
    return {first_date(day, period, week_start) for day in days}


def every_period(units, period, last_day, week_start):
    """From the first active one to the last of the data."""
    start = min(min(periods_of(days, period, week_start)) for days in units)
    while start <= last_day:
        yield start
        start = add_periods(start, 1, period)


def is_complete(start, period, first_day, last_day):
    """The data spans all of it."""
    return first_day <= start and add_periods(start, 1, period) - timedelta(days=1) <= last_day


def lifecycle(units, period, first_day, last_day, week_start="monday"):
    """{(period start, status): (visitors, is complete)}; units: the days of each visitor."""
    found = {}
    for start in every_period(units, period, last_day, week_start):
        statuses = Counter()
        for days in units:
            active = periods_of(days, period, week_start)
            before = add_periods(start, -1, period)
            if start in active:
                # The first active period ever.
                if start == min(active):
                    statuses["new"] += 1
                # Active in this and the period before.
                elif before in active:
                    statuses["returning"] += 1
                # Active now, not in the period before, but earlier.
                else:
                    statuses["resurrecting"] += 1
            # Active in the period before, not in this one.
            elif before in active:
                statuses["dormant"] += 1
        for status in ("new", "returning", "resurrecting", "dormant"):
            complete = is_complete(start, period, first_day, last_day)
            found[start, status] = (statuses[status], complete)
    return found


def stickiness(units, period, first_day, last_day, week_start="monday"):
    """{(period start, days active): (visitors, share, visitors at least, is complete)}."""
    found = {}
    for start in every_period(units, period, last_day, week_start):
        counts = [
            sum(first_date(day, period, week_start) == start for day in days) for days in units
        ]
        active = sum(count > 0 for count in counts)
        for number in range(1, {"week": 7, "month": 31}[period] + 1):
            found[start, number] = (
                counts.count(number),
                counts.count(number) / active if active else None,
                sum(count >= number for count in counts),
                is_complete(start, period, first_day, last_day),
            )
    return found
