"""Goal completions: match, after, min_occurrences, counting - always in this order."""

import re

from . import duration
from .sessions import in_order, order


def number(value):
    """The value as a number; what is no number is None."""
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def text(value):
    """As JSON writes it: true, not True."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def equals(value, wanted):
    """A number is compared as a number: "10" and 10.0 are 10."""
    if isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
        return number(value) == wanted
    return text(value) == text(wanted)


def compare(value, wanted, test):
    """Numbers compare as numbers, and what is no number never passes."""
    value = number(value)
    return value is not None and test(value, wanted)


OPERATORS = {
    "equals": equals,
    "not_equals": lambda value, wanted: not equals(value, wanted),
    "in": lambda value, wanted: any(equals(value, one) for one in wanted),
    "contains": lambda value, wanted: wanted in text(value),
    "starts_with": lambda value, wanted: text(value).startswith(wanted),
    "ends_with": lambda value, wanted: text(value).endswith(wanted),
    "matches": lambda value, wanted: re.search(wanted, text(value)) is not None,
    "gt": lambda value, wanted: compare(value, wanted, lambda a, b: a > b),
    "gte": lambda value, wanted: compare(value, wanted, lambda a, b: a >= b),
    "lt": lambda value, wanted: compare(value, wanted, lambda a, b: a < b),
    "lte": lambda value, wanted: compare(value, wanted, lambda a, b: a <= b),
}


def holds(event, name, condition):
    """One line of `where`; what is missing is also not equal to anything, and fails the rest."""
    value = event[name] if name in event else event.get("properties", {}).get(name)
    if not isinstance(condition, dict):
        condition = {"in" if isinstance(condition, list) else "equals": condition}
    for operator, wanted in condition.items():
        if operator in ("exists", "missing"):
            if (value is not None) != ((operator == "exists") == wanted):
                return False
        elif value is None and operator == "not_equals":
            continue
        elif value is None or not OPERATORS[operator](value, wanted):
            return False
    return True


def matches(event, match, goals):
    """One event name or several or a goal's match, all `where` conditions hold; `any` for OR."""
    if "goal" in match and not matches(event, goals[match["goal"]]["match"], goals):
        return False
    names = match.get("events", [match["event"]] if "event" in match else None)
    if names is not None and event["event_name"] not in names:
        return False
    if not all(holds(event, name, test) for name, test in match.get("where", {}).items()):
        return False
    return "any" not in match or any(
        matches(event, branch, goals) for branch in match["any"]
    )


def completions(goal, events, goals):
    """Events that complete `goal`; events carry `visitor`, `session`; goals = {name: goal}."""
    counting = goal.get("counting", "every")
    occurrences = [event for event in in_order(events) if matches(event, goal["match"], goals)]
    scope = "session" if counting == "once_per_session" else "visitor"

    # Completes only when it follows that goal, by another event, within the window, inclusive.
    if "after" in goal:
        earlier = completions(goals[goal["after"]["goal"]], events, goals)
        within = goal["after"].get("within")
        occurrences = [
            event
            for event in occurrences
            if any(
                other["visitor"] == event["visitor"]
                and other["event_id"] != event["event_id"]
                and order(other) <= order(event)
                and (within is None or event["at"] - other["at"] <= duration(within))
                for other in earlier
            )
        ]

    # Completes at the n-th; with `within`, when the n - 1 before lie within it, inclusive.
    needed = goal.get("min_occurrences", 1)
    kept = []
    for event in occurrences:
        so_far = [one for one in occurrences if one[scope] == event[scope]]
        position = so_far.index(event) + 1
        if position < needed:
            continue
        first = so_far[position - needed]
        if "within" in goal and event["at"] - first["at"] > duration(goal["within"]):
            continue
        kept.append(event)

    # once_per_session and once_per_visitor keep the first.
    if counting == "every":
        return kept
    first = {}
    for event in kept:
        first.setdefault(event[scope], event)
    return list(first.values())
