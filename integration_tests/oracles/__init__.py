"""Brute force in plain Python: what the marts must say, one sentence of the definitions at a time.

Times are integers, microseconds since the epoch. Nothing here is meant to be fast.
"""

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def duration(text):
    """'30 minutes' in microseconds."""
    count, unit = text.split()
    return int(count) * {"second": SECOND, "minute": MINUTE, "hour": HOUR, "day": DAY}[unit[:-1]]
