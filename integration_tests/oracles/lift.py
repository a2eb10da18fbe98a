"""Does a micro-conversion predict a macro-conversion? One visitor at a time."""

READINGS = ("naive", "ordered", "adjusted")


def activity(events):
    """Visitors are alike who have 1, 2 to 3, 4 to 7 ... events up to the landmark."""
    return min(events.bit_length(), 8)


def classify(visitor, micro, macro, landmark, horizon, last):
    """{reading: (stratum, exposed, converted)}, or None where a reading leaves the visitor out.

    `visitor` has the moment first seen, `device`, `channel` and the moments of all events; `micro`
    and `macro` are the first completion as (moment, order), or None. Times are microseconds.
    """
    first = visitor["first"]
    readings = {"naive": ((), micro is not None, macro is not None)}

    precedes = micro is not None and (macro is None or micro < macro)
    start = micro[0] if precedes else first
    readings["ordered"] = None
    if start + horizon <= last:
        converted = macro is not None and macro[0] <= start + horizon
        readings["ordered"] = ((), precedes, converted)

    mark = first + landmark
    readings["adjusted"] = None
    if mark + horizon <= last and not (macro is not None and macro[0] <= mark):
        early = sum(moment <= mark for moment in visitor["moments"])
        readings["adjusted"] = (
            (activity(early), visitor["device"], visitor["channel"]),
            micro is not None and micro[0] <= mark,
            macro is not None and macro[0] <= mark + horizon,
        )
    return readings


def tables(visitors, completions, micro, macro, landmark, horizon, last):
    """{reading: {stratum: [[exposed converted, not], [unexposed converted, not]]}}"""
    found = {reading: {} for reading in READINGS}
    for key, visitor in visitors.items():
        firsts = [min(completions.get((key, goal), ()), default=None) for goal in (micro, macro)]
        for reading, seen in classify(visitor, *firsts, landmark, horizon, last).items():
            if seen is not None:
                stratum, exposed, converted = seen
                table = found[reading].setdefault(stratum, [[0, 0], [0, 0]])
                table[not exposed][not converted] += 1
    return found
