"""Cohorts on calendar intervals."""

from datetime import timedelta

from .calendar_periods import add_periods, local_date, period_start


def cohort_retention(
    starts,
    returns,
    interval,
    intervals,
    criterion,
    last_event_at,
    zone="UTC",
    week_start="monday",
    min_occurrences=1,
):
    """{(cohort_start, interval_number): (cohort_size, units_returned or None, is_mature, same)}.

    `same` is how many came back within the interval of their start, in cell 0 only.

    starts, returns: {unit: [microseconds]} of the two goals.
    """

    def bucket(at):
        return period_start(at, interval, zone, week_start)

    # A unit belongs to the interval of its first start, and looks at all history for it.
    cohort_of = {unit: bucket(min(times)) for unit, times in starts.items() if times}
    last_day = local_date(last_event_at, zone)
    cells = {}
    for cohort in set(cohort_of.values()):
        members = [unit for unit, start in cohort_of.items() if start == cohort]
        for number in range(intervals + 1):
            wanted = add_periods(cohort, number, interval)
            returned = 0
            for unit in members:
                # Only completions after the start count.
                times = [bucket(at) for at in returns.get(unit, []) if at > min(starts[unit])]
                # `on`: in that interval; `on_or_after`: unbounded.
                hits = [
                    when
                    for when in times
                    if when == wanted
                    or (criterion == "on_or_after" and number > 0 and when > wanted)
                ]
                # `min_occurrences` applies to returns only.
                returned += len(hits) >= min_occurrences
            # Cell 0 is the cohort size; a return in the same interval is a column of its own.
            same_interval = returned if number == 0 else None
            if number == 0:
                returned = len(members)
            # Mature: the interval has ended by the last day of the data.
            interval_last_day = add_periods(wanted, 1, interval) - timedelta(days=1)
            is_mature = interval_last_day <= last_day
            # Cells that have not had time to fill are null, not 0.
            if not is_mature and number > 0:
                returned = None
            cells[cohort, number] = (len(members), returned, is_mature, same_interval)
    return cells
