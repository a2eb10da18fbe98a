"""What converters did before, and which pages led there: one visitor at a time, by definition."""

from collections import Counter
from math import exp, sqrt

from . import DAY
from .goals import completions
from .sessions import in_order, order

WINDOW = 7 * DAY
LONGEST, SHORTEST, MOST_PATHS, MOST_PAGES = 10, 3, 25, 50


def place(event):
    return (order(event), event["event_id"])


def by_visitor(events):
    """{visitor: events in order}; who has no id is nobody."""
    found = {}
    for event in in_order(events):
        if event["visitor"] is not None:
            found.setdefault(event["visitor"], []).append(event)
    return found


def macro_goals(goals):
    return [name for name, goal in goals.items() if goal.get("tier") in (1, 2)]


def goals_of_content(goals):
    milestones = [
        name
        for name, goal in goals.items()
        if goal.get("tier") == 3 and goal.get("kind") == "process_milestone"
    ]
    return macro_goals(goals) + milestones


def completed_by_event(events, goals):
    """{event id: names of the goals that it completes}"""
    found = {}
    for name, goal in goals.items():
        for event in completions(goal, events, goals):
            found.setdefault(event["event_id"], []).append(name)
    return found


def walk(events, completed, goals, funnel_goals):
    """[(event, step)] of one visitor: an event is one step, repeats in a row are one step."""
    names = list(goals)

    def preference(name):
        return (name not in funnel_goals, -goals[name].get("tier", 0), names.index(name))

    steps = []
    for event in events:
        known = [
            name
            for name in completed.get(event["event_id"], [])
            if goals[name].get("tier") or name in funnel_goals
        ]
        if known:
            step = min(known, key=preference)
            if not steps or steps[-1][1] != step:
                steps.append((event, step))
    return steps


def interval(x1, n1, x2, n2):
    """Katz: ratio of two rates with its 95 % interval."""
    ratio = x1 / n1 / (x2 / n2)
    margin = 1.959963984540054 * sqrt(1 / x1 - 1 / n1 + 1 / x2 - 1 / n2)
    return ratio, ratio * exp(-margin), ratio * exp(margin)


def paths(events, goals, funnel_goals):
    """{(goal, kind, steps, from, path): (converters, all, others, all)}"""
    completed = completed_by_event(events, goals)
    visitors = by_visitor(events)
    walks = {
        visitor: walk(own, completed, goals, funnel_goals) for visitor, own in visitors.items()
    }
    found = {}
    for goal in macro_goals(goals):
        lists = {}
        for visitor, own in visitors.items():
            first = next((e for e in own if goal in completed.get(e["event_id"], [])), None)
            steps = [
                step
                for event, step in walks[visitor]
                if first is None or order(event) < order(first)
            ]
            group = 1 if first is None else 0

            def count(kind, length, before, path):
                lists.setdefault((kind, length, before), {}).setdefault(path, [0, 0])[group] += 1

            count("entry_page", None, None, own[0]["page_path"])
            count("entry_channel", None, None, "Direct")
            for length in range(SHORTEST, LONGEST + 1):
                last = steps[-length:]
                path = " > ".join(last) if len(last) == length else "(fewer steps)"
                count("path", length, None, path)
            for step in set(steps):
                after = steps[steps.index(step) + 1 :]
                ending = "(nothing yet)" if first is None else "(converted)"
                count("next_step", None, step, after[0] if after else ending)
        for (kind, length, before), counted in lists.items():
            named = {p for p in counted if p in ("(fewer steps)", "(converted)", "(nothing yet)")}
            told = set(named)
            for group in (0, 1):
                ranked = sorted(
                    (path for path in counted if path not in named),
                    key=lambda path: (-counted[path][group], -counted[path][1 - group], path),
                )
                told |= {path for path in ranked[:MOST_PATHS] if counted[path][group]}
            shown = {}
            for path, numbers in counted.items():
                sums = shown.setdefault(path if path in told else "(other)", [0, 0])
                sums[0] += numbers[0]
                sums[1] += numbers[1]
            totals = [sum(numbers[group] for numbers in counted.values()) for group in (0, 1)]
            for path, (converters, others) in shown.items():
                found[goal, kind, length, before, path] = (
                    converters, totals[0], others, totals[1],
                )  # fmt: skip
    return found


def content(events, goals, key_of):
    """{(goal, page): numbers of content_value}; `key_of` an event orders views at one moment."""
    completed = completed_by_event(events, goals)
    visitors = by_visitor(events)
    last = max(event["at"] for own in visitors.values() for event in own)
    views = {
        visitor: sorted(
            (event for event in own if event["event_name"] == "page_view" and event["page_path"]),
            key=lambda event: (order(event), key_of(event)),
        )
        for visitor, own in visitors.items()
    }
    seen = Counter(page for own in views.values() for page in {view["page_path"] for view in own})
    ranked = sorted(seen, key=lambda page: (-seen[page], page))
    name_of = {
        page: page if number < MOST_PAGES else "(other)" for number, page in enumerate(ranked)
    }
    found = {}
    for goal in goals_of_content(goals):
        conversions = {
            visitor: [e for e in own if goal in completed.get(e["event_id"], [])]
            for visitor, own in visitors.items()
        }
        credit = {page: [0, 0.0, 0.0, 0.0] for page in name_of.values()}
        touched = 0
        for visitor, own in conversions.items():
            for conversion in own:
                before = [
                    view
                    for view in views[visitor]
                    if order(view) <= order(conversion)
                    and conversion["at"] - view["at"] <= WINDOW
                ]
                if not before:
                    continue
                touched += 1
                worth = float(conversion["value"] or 0)
                first = credit[name_of[before[0]["page_path"]]]
                first[0] += 1
                first[2] += worth
                pages = {view["page_path"] for view in before}
                for page in pages:
                    credit[name_of[page]][1] += 1 / len(pages)
                    credit[name_of[page]][3] += worth / len(pages)
        for page, credits in credit.items():
            viewers = immature = converters = baseline = baseline_converters = 0
            for visitor, own in visitors.items():
                first = next((v for v in views[visitor] if name_of[v["page_path"]] == page), None)
                if first is None:
                    if own[0]["at"] + WINDOW <= last:
                        baseline += 1
                        baseline_converters += any(
                            conversion["at"] - own[0]["at"] <= WINDOW
                            for conversion in conversions[visitor]
                        )
                elif first["at"] + WINDOW > last:
                    immature += 1
                else:
                    viewers += 1
                    converters += any(
                        order(first) <= order(conversion)
                        and conversion["at"] - first["at"] <= WINDOW
                        for conversion in conversions[visitor]
                    )
            found[goal, page] = (
                ranked.index(page) + 1 if page != "(other)" else None,
                viewers, immature, converters, baseline, baseline_converters, touched, *credits,
            )  # fmt: skip
    return found
