"""Hours, days, weeks and months in the project time zone."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo


def local_time(at, zone="UTC"):
    """What the clock on the wall says."""
    moment = datetime.fromtimestamp(at // 1_000_000, timezone.utc).astimezone(ZoneInfo(zone))
    return moment.replace(tzinfo=None, microsecond=at % 1_000_000)


def local_date(at, zone="UTC"):
    """Calendar periods are taken in the project time zone."""
    return local_time(at, zone).date()


def period_start(at, period, zone="UTC", week_start="monday"):
    return first_date(local_date(at, zone), period, week_start)


def first_date(day, period, week_start="monday"):
    if period == "month":
        return day.replace(day=1)
    if period == "week":
        # Python counts Monday as 0 and Sunday as 6.
        since = day.weekday() if week_start == "monday" else (day.weekday() + 1) % 7
        return day - timedelta(days=since)
    return day


def interval_start(at, period, zone="UTC", week_start="monday"):
    """The same as a local time, and hours too."""
    if period == "hour":
        return local_time(at, zone).replace(minute=0, second=0, microsecond=0)
    return datetime.combine(period_start(at, period, zone, week_start), time())


def add_periods(start, count, period):
    if period == "month":
        months = start.year * 12 + start.month - 1 + count
        return start.replace(year=months // 12, month=months % 12 + 1, day=1)
    if period == "hour":
        return start + timedelta(hours=count)
    return start + timedelta(days=count * (7 if period == "week" else 1))


def period_end(start, period, zone):
    """The first moment after the period that begins on `start`, in microseconds."""
    midnight = datetime.combine(add_periods(start, 1, period), time(), ZoneInfo(zone))
    return int(midnight.timestamp()) * 1_000_000
