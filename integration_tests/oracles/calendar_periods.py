"""Days, weeks and months in the project time zone."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo


def local_date(at, zone="UTC"):
    """Calendar periods are taken in the project time zone."""
    moment = datetime.fromtimestamp(at // 1_000_000, timezone.utc)
    return moment.astimezone(ZoneInfo(zone)).date()


def period_start(at, period, zone="UTC", week_start="monday"):
    day = local_date(at, zone)
    if period == "month":
        return day.replace(day=1)
    if period == "week":
        # Python counts Monday as 0 and Sunday as 6.
        since = day.weekday() if week_start == "monday" else (day.weekday() + 1) % 7
        return day - timedelta(days=since)
    return day


def add_periods(start, count, period):
    if period == "month":
        months = start.year * 12 + start.month - 1 + count
        return date(months // 12, months % 12 + 1, 1)
    return start + timedelta(days=count * (7 if period == "week" else 1))


def period_end(start, period, zone):
    """The first moment after the period that begins on `start`, in microseconds."""
    midnight = datetime.combine(add_periods(start, 1, period), time(), ZoneInfo(zone))
    return int(midnight.timestamp()) * 1_000_000
