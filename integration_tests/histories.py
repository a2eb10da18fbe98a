"""Random histories: what happens to the files of a source and to the configuration, step by step.

A batch is many histories, each with persons and files of its own, that go through the same
refreshes, because a refresh costs seconds whatever it has to do.
"""

import os
from copy import deepcopy
from dataclasses import dataclass, replace
from random import Random

import cohorts
import funnels
from helpers import CONTRACT, generic, micros, write_rows
from logs import generic_row
from oracles import DAY, MINUTE

# The clocks of New York go forward on the third day.
START = micros("2024-03-08 00:00")
SLOT = 10 * MINUTE
TIMEOUT = 3 * SLOT
TEXTS = ("traffic_source", "traffic_medium", "campaign", "user_agent")
COLUMNS = {**CONTRACT, **dict.fromkeys(TEXTS, "varchar")}
TRAFFIC = [
    ("google", "cpc", "spring-sale"), ("google", "organic", None), ("(direct)", "(none)", None),
    ("news", "email", "spring_sale"), *[(None, None, None)] * 6,
]  # fmt: skip


class Clock:
    """Load times of files: every write has a later one, every step is another day."""

    def __init__(self):
        self.at = START + DAY

    def tick(self, by=1_000_000):
        self.at += by
        return self.at


# ---------- one history


class History:
    """The files of a few persons, and what may happen to them."""

    def __init__(self, name, folder, clock, random):
        self.name = name
        self.folder = folder
        self.clock = clock
        self.random = random
        self.files = {}
        self.days = 0
        self.written = 0
        self.persons = [f"{name}_p{number}" for number in range(3)]
        self.put("day0", self.visits(0))

    # ----- rows

    def event(self, at, person, **given):
        random = self.random
        self.written += 1
        # Ids in an order of their own: the order of the input must not matter.
        number = f"{random.randint(0, 99):02}_{self.written}"
        traffic = random.choice(TRAFFIC)
        return {
            # Without an id, its content is its id.
            "event_id": random.choice([f"{person}_{number}"] * 15 + [None]),
            "event_name": random.choice(
                [*"aaabbbccd", "page_view", random.choice(["form_field", "form_submit"])]
            ),
            "at": at,
            "sequence": random.choice([None, None, "0", "1", "2"]),
            "anonymous_id": random.choice([f"{person}_phone"] * 8 + [f"{person}_laptop", None]),
            "user_id": random.choice([None] * 12 + [f"{person}_login"]),
            # Shared between persons, as the ids of GA4 are.
            "native_session_id": random.choice([None, None, "s1", "s2"]),
            "page_path": random.choice(["/x", "/y"]),
            "value": random.choice([None, 1, 2.5]),
            "traffic_source": traffic[0],
            "traffic_medium": traffic[1],
            "campaign": traffic[2],
            "consent_state": random.choice([None] * 6 + ["granted", "granted", "denied"]),
            "user_agent": random.choice([None] * 6 + ["Browser", "Crawler"]),
            "properties": {
                "person": person,
                "number": number,
                "plan": random.choice(["pro", "free", None]),
                "device": random.choice(["phone", "laptop", ""]),
                "country": random.choice(["DE", "AT", None]),
                "doc": random.choice(["1", "2", None]),
                # Shared between persons of all histories.
                "account": random.choice(["acme", "beta", "", None]),
                "price": random.choice([3, "4.5", "much", None]),
            },
            **given,
        }

    def visits(self, day):
        """What happens in a few hours of that day, of which some go on into the next."""
        random = self.random
        events = []
        for person in random.sample(self.persons, random.choice([1, 2, 3])):
            # Midnight of UTC, midnight of New York, noon.
            begin = START + day * DAY + random.choice([23, 4, 12, 12]) * 6 * SLOT
            for _ in range(random.randint(2, 7)):
                at = begin + SLOT * random.randint(0, 11) + random.choice([0] * 8 + [1, -1])
                events.append(self.event(at, person))
        return events

    # ----- files

    def put(self, name, events):
        self.files[name] = deepcopy(events)
        path = self.folder / f"{self.name}_{name}.parquet"
        write_rows(path, map(input_row, events), COLUMNS)
        at = self.clock.tick() / 1_000_000
        os.utime(path, (at, at))

    def add(self, events):
        self.put(f"more{len(self.files)}", events)

    def rewrite(self, changed):
        """Give every row to `changed`, which returns it, another, or None; write what differs."""
        for name, events in list(self.files.items()):
            now = [row for row in map(changed, deepcopy(events)) if row]
            if now != events:
                self.put(name, now)
        if not self.all():
            self.new_day()

    def some_file(self):
        return self.random.choice(sorted(name for name in self.files if self.files[name]))

    def all(self):
        return [event for events in self.files.values() for event in events]

    def some(self, most=6):
        events = self.all()
        return deepcopy(self.random.sample(events, min(len(events), self.random.randint(1, most))))

    def one(self):
        return deepcopy(self.random.choice(self.all()))

    def has_some(self, events):
        """A predicate: is the row one of these?"""
        numbers = {event["properties"]["number"] for event in events}
        return lambda event: event["properties"]["number"] in numbers

    def other(self, event):
        """The same event with another content."""
        random = self.random
        return {
            **event,
            **random.choice(
                [
                    {"page_path": "/moved"},
                    {"event_name": random.choice("abcd")},
                    {"at": event["at"] + random.choice([-3, -1, 1, 4, 200]) * SLOT},
                    {"anonymous_id": random.choice(self.persons) + "_phone"},
                    {"native_session_id": random.choice([None, "s1", "s2"])},
                    {"sequence": random.choice([None, "0", "9"])},
                    {"user_id": random.choice([None, *(f"{one}_login" for one in self.persons)])},
                    {"traffic_source": "google", "traffic_medium": "cpc"},
                    {"consent_state": random.choice([None, "granted", "denied"])},
                    {"user_agent": random.choice([None, "Crawler"])},
                    {"value": 7},
                ]
            ),
        }

    # ----- what may happen

    def idle(self):
        pass

    def new_day(self):
        self.days += 1
        self.put(f"day{self.days}", self.visits(self.days))

    def two_days_at_once(self):
        self.new_day()
        self.new_day()

    def late_inside_look_back(self):
        self.add(self.visits(self.days - self.random.choice([0, 1, 2])))

    def late_outside_look_back(self):
        self.add(self.visits(self.days - self.random.choice([5, 9, 40])))

    def identical_copies(self):
        self.add(self.some() + self.visits(self.days))

    def copies_in_one_file(self):
        name = self.some_file()
        rows = self.files[name]
        self.put(name, rows + rows[:2] + [self.other(row) for row in rows[-2:]])

    def copies_with_other_content(self):
        self.add([self.other(event) for event in self.some()])

    def the_copy_that_counted_goes(self):
        first = sorted(self.files, key=list(self.files).index)[0]
        chosen = self.some()
        if not any(map(self.has_some(chosen), self.files[first])):
            return self.identical_copies()
        self.add([self.other(event) for event in chosen])
        self.put(first, [row for row in self.files[first] if not self.has_some(chosen)(row)])

    def restated_day(self):
        name = self.some_file()
        rows = self.files[name]
        kept = [self.other(row) if self.random.random() < 0.3 else row for row in rows]
        kept = [row for row in kept if self.random.random() < 0.7]
        self.put(name, kept + self.visits(self.days)[:3])

    def deleted_rows(self):
        gone = self.has_some(self.some())
        self.rewrite(lambda row: None if gone(row) else row)

    def emptied_file(self):
        self.put(self.some_file(), [])
        self.late_inside_look_back()

    def written_again(self):
        name = self.some_file()
        self.put(name, self.files[name])

    def rows_change_files(self):
        name = self.some_file()
        moved = self.has_some(self.files[name][::2])
        rows = [row for row in self.files[name] if moved(row)]
        self.put(name, [row for row in self.files[name] if not moved(row)])
        self.add(rows)

    def changed_rows(self):
        chosen = self.has_some(self.some())
        self.rewrite(lambda row: self.other(row) if chosen(row) else row)

    def login_joins_two(self):
        self.logins = getattr(self, "logins", 0) + 1
        user = f"{self.name}_u{self.logins}"
        self.add(
            [
                {**self.one(), "event_id": f"{user}_{person}", "user_id": user,
                 "anonymous_id": f"{person}_phone"}
                for person in self.random.sample(self.persons, 2)
            ]
        )  # fmt: skip

    def earlier_login(self):
        """It takes from another user what the device did without a login."""
        person = self.random.choice(self.persons)
        at = min(event["at"] for event in self.all()) - self.random.choice([1, SLOT, DAY])
        user = self.random.choice([f"{self.name}_u1", f"{self.name}_early"])
        device = f"{person}_phone"
        self.add([self.event(at, person, user_id=user, anonymous_id=device)])

    def logins_taken_back(self):
        users = sorted({event["user_id"] for event in self.all()} - {None})
        gone = self.random.choice(users) if users else None
        self.rewrite(lambda row: {**row, "user_id": None} if row["user_id"] == gone else row)

    def login_of_another(self):
        users = sorted({event["user_id"] for event in self.all()} - {None})
        if not users:
            return self.login_joins_two()
        old, new = self.random.choice(users), f"{self.name}_u1"
        name = self.some_file()
        rows = self.files[name]
        self.put(name, [{**row, "user_id": new} if row["user_id"] == old else row for row in rows])

    def native_sessions_come_or_go(self):
        name = self.some_file()
        native = self.random.choice([None, "s1"])
        self.put(name, [{**row, "native_session_id": native} for row in self.files[name]])

    def event_at_the_time_out(self):
        """It extends a session to the last moment, joins two, or just does not."""
        rows = []
        for event in self.some(3):
            at = event["at"] + self.random.choice([1, 1, -1]) * TIMEOUT + self.random.choice([0, 1])
            row = self.event(at, event["properties"]["person"], native_session_id=None)
            rows.append({**row, "anonymous_id": event["anonymous_id"]})
        self.add(rows)

    def first_event_goes(self):
        """The next one starts the session."""
        first = min(self.all(), key=lambda row: row["at"])
        self.rewrite(lambda row: None if self.has_some([first])(row) else row)

    def ties(self):
        rows = []
        for event in self.some(3):
            row = self.event(event["at"], event["properties"]["person"])
            rows.append({**row, "anonymous_id": event["anonymous_id"],
                         "native_session_id": event["native_session_id"],
                         "sequence": self.random.choice([None, "0", "1", "9"])})  # fmt: skip
        self.add(rows)

    def nobody(self):
        """Rows lose every id; rows without any get one."""
        gone = self.has_some(self.some())

        def changed(row):
            if row["anonymous_id"] is None and row["user_id"] is None:
                return {**row, "anonymous_id": row["properties"]["person"] + "_phone"}
            return {**row, "anonymous_id": None, "user_id": None} if gone(row) else row

        self.rewrite(changed)

    def consent_corrected(self):
        """What a person said on a device is told again, otherwise, for all that was done there."""
        device = f"{self.random.choice(self.persons)}_phone"
        told = self.random.choice(["granted", "granted", "denied", None])
        self.rewrite(
            lambda row: {**row, "consent_state": told} if row["anonymous_id"] == device else row
        )

    def asked_in_the_middle(self):
        """A visit that begins without consent goes on with it, or the other way round."""
        person = self.random.choice(self.persons)
        at = START + self.days * DAY + self.random.choice([23, 4, 12]) * 6 * SLOT
        states = self.random.choice(
            [["denied", "granted"], ["granted", "denied"], ["denied", None, "denied"]]
        )
        session = self.random.choice([None, "s1"])
        self.add(
            [
                self.event(at + number * SLOT, person, consent_state=state,
                           native_session_id=session, anonymous_id=f"{person}_phone")
                for number, state in enumerate(states)
            ]
        )  # fmt: skip

    def many_at_once(self):
        """More than some settings of `max_events_per_minute` allow."""
        event = self.one()
        rows = [
            self.event(event["at"] + number * MINUTE // 4, event["properties"]["person"])
            for number in range(self.random.randint(2, 5))
        ]
        same = {name: event[name] for name in ("anonymous_id", "user_id", "native_session_id")}
        self.add([{**row, **same} for row in rows])

    def rejected_and_mended(self):
        """Rows lose their name; rows without one get it."""
        spoilt = self.has_some(self.some())

        def changed(row):
            if row["event_name"] is None:
                return {**row, "event_name": "a"}
            return {**row, "event_name": None} if spoilt(row) else row

        self.rewrite(changed)

    def from_the_future(self):
        """Rejected; when the file is written again later, it is accepted."""
        self.add([self.event(self.clock.at + DAY + SLOT, self.random.choice(self.persons))])

    def traffic_source_of_a_session(self):
        event = self.one()
        source = self.random.choice([row for row in TRAFFIC if row[0]])
        row = self.event(event["at"] - self.random.choice([0, SLOT]), event["properties"]["person"])
        names = ("traffic_source", "traffic_medium", "campaign")
        self.add([{**row, "anonymous_id": event["anonymous_id"],
                   "native_session_id": event["native_session_id"],
                   **dict(zip(names, source))}])  # fmt: skip


DATA_OPERATIONS = [
    name
    for name in vars(History)
    if not name.startswith("_")
    and name not in (
        "event", "visits", "put", "add", "rewrite", "some_file", "all", "some", "one", "has_some",
        "other",
    )
]  # fmt: skip


def input_row(event):
    row = {**generic_row(event), **{name: event[name] for name in COLUMNS if name in event}}
    row["properties"] = {k: v for k, v in event["properties"].items() if k != "number"}
    return row


# ---------- the configuration

# Funnels and cohorts read these: they change, and never go.
GOALS = {
    "a": [{"match": {"event": "a"}}, {"match": {"events": ["a", "d"]}}],
    "b": [
        {"match": {"event": "b"}},
        {"match": {"event": "b", "where": {"plan": ["pro", "free"]}}},
        {"match": {"event": "b"}, "after": {"goal": "a", "within": "2 hours"}},
    ],
    "c": [
        {"match": {"event": "c"}},
        {"match": {"event": "c"}, "min_occurrences": 2},
        {"match": {"event": "c"}, "counting": "once_per_session"},
    ],
    "b_after_a": [
        {"match": {"event": "b"}, "after": {"goal": "a", "within": "1 hours"}},
        {"match": {"event": "b"}, "after": {"goal": "a"}},
        {"match": {"event": "b"}, "after": {"goal": "c", "within": "3 hours"}},
    ],
}
GOALS |= {
    name: [goal, {**goal, "counting": "every"}, {**goal, "counting": "once_per_session"}]
    for name, goal in {**funnels.GOALS, "on_x": {"match": {"where": {"page_path": "/x"}}}}.items()
    if name not in GOALS
}
# These come and go.
STARTS = {"where": {"is_session_start": True}}
EXTRA_GOALS = {
    "chained": [
        {"match": {"event": "c"}, "after": {"goal": "b_after_a"}},
        {"match": {"event": "c"}, "after": {"goal": "b_after_a"}, "counting": "once_per_visitor"},
    ],
    "first c": [
        {"match": {"event": "c"}, "counting": "once_per_visitor"},
        {"match": {"event": "c"}, "counting": "once_per_session"},
        {"match": {"event": "c"}},
    ],
    "again": [
        {"match": STARTS, "min_occurrences": 2, "within": "48 hours"},
        {"match": STARTS, "min_occurrences": 2, "within": "2 hours"},
        {"match": STARTS, "min_occurrences": 3, "counting": "once_per_visitor"},
        {"match": {"event": "a"}, "min_occurrences": 2, "within": "20 minutes",
         "counting": "once_per_session"},
    ],
    "worth": [
        {"match": {"event": "a"}},
        {"match": {"event": "a"}, "value_property": "price"},
        {"match": {"event": "a"}, "value_property": "doc", "metric": "value_per_completion"},
    ],
    "made of b": [
        {"match": {"goal": "b", "where": {"plan": "pro"}}},
        {"match": {"any": [{"goal": "b"}, {"goal": "on_x"}]}, "counting": "once_per_session"},
    ],
    "paid": [
        {"match": {"where": {"channel": ["Paid Search", "Email"]}}},
        {"match": {"where": {"campaign": "spring_sale"}}},
        {"match": {"event": "d", "where": {"price": {"gte": 4}}}},
        {"match": {"any": [{"event": "d"}, {"where": {"plan": {"missing": True}}}]}},
        {"match": {"event": "a"}, "eligible_after": {"goal": "b", "within": "1 days"}},
        {"match": {"event": "no such event"}},
    ],
}  # fmt: skip
DAY_OF_FUNNELS = "2024-03-10"


class Configuration:
    """The vars of the project and the tables that it joins, and what may happen to them."""

    def __init__(self, files, random):
        self.files = files
        self.random = random
        self.goals = {name: variants[0] for name, variants in GOALS.items()}
        self.settings = {
            "timezone": "America/New_York", "week_start": "monday", "max_events_per_minute": 3,
        }  # fmt: skip
        self.funnels = {}
        self.cohorts = {}
        self.named = 0
        # Also done to the tables of a fresh build.
        self.sql = []
        self.is_refused = False
        for _ in range(3):
            self.funnel_added()
        for name in ("k1", "k2"):
            self.cohorts[name] = self.any_cohort()
        for name in random.sample(sorted(EXTRA_GOALS), 2):
            self.goals[name] = EXTRA_GOALS[name][0]

    def variables(self):
        listed = {
            kind: [{"name": name, **one} for name, one in getattr(self, kind).items()]
            for kind in ("goals", "funnels", "cohorts")
        }
        relations = {
            "goal_thresholds": "main.thresholds",
            "campaign_aliases": "main.aliases",
            "event_aliases": "main.renamed",
            "traffic_filters": "main.filters",
        }
        return {**generic(self.files), **self.settings, **listed, "relations": relations}

    def any_funnel(self):
        funnel = funnels.random_definition(self.random, "", DAY_OF_FUNNELS)
        return {name: value for name, value in funnel.items() if name != "name"}

    def any_cohort(self):
        project = self.random.choice(sorted(cohorts.PROJECTS))
        return self.random.choice(cohorts.PROJECTS[project])

    def draw(self, options, now=None):
        return self.random.choice([option for option in options if option != now])

    def insert(self, kind, name, definition):
        """At any place: an order is no definition."""
        listed = list(getattr(self, kind).items())
        listed.insert(self.random.randint(0, len(listed)), (name, definition))
        setattr(self, kind, dict(listed))

    # ----- goals

    def goal_added(self):
        absent = sorted(set(EXTRA_GOALS) - set(self.goals))
        if not absent:
            return self.goal_removed()
        name = self.draw(absent)
        self.insert("goals", name, self.draw(EXTRA_GOALS[name]))

    def goal_changed(self):
        name = self.draw(sorted(set(EXTRA_GOALS) & set(self.goals)) or ["b_after_a"])
        self.goals[name] = self.draw({**GOALS, **EXTRA_GOALS}[name], self.goals[name])

    def goal_removed(self):
        present = sorted(set(EXTRA_GOALS) & set(self.goals))
        if not present:
            return self.goal_added()
        del self.goals[self.draw(present)]

    def anchor_changed(self):
        """What others must follow, and what funnels and cohorts read."""
        name = self.draw(["a", "c", "b_after_a"])
        self.goals[name] = self.draw(GOALS[name], self.goals[name])

    def step_changed(self):
        name = self.draw(sorted(set(GOALS) - {"a", "c", "b_after_a"}))
        self.goals[name] = self.draw(GOALS[name], self.goals[name])

    def goal_relabelled(self):
        name = self.draw(sorted(self.goals))
        self.goals[name] = {**self.goals[name], "label": f"{name}, again"}

    # ----- funnels

    def funnel_added(self):
        self.named += 1
        self.insert("funnels", f"f{self.named}", self.any_funnel())

    def funnel_removed(self):
        if len(self.funnels) < 2:
            return self.funnel_added()
        del self.funnels[self.draw(sorted(self.funnels))]

    def funnel_changed(self):
        """Order, unit, mode, entry, ties, exclusions, all at once."""
        self.funnels[self.draw(sorted(self.funnels))] = self.any_funnel()

    def funnel_window(self):
        name = self.draw(sorted(self.funnels))
        funnel = deepcopy(self.funnels[name])
        funnel["window"] = self.draw([*funnels.WINDOWS, "3 days"], funnel["window"])
        for step in funnel["steps"]:
            if isinstance(step, dict):
                # A gap may not be longer than the window.
                step.pop("min_gap", None)
                step.pop("max_gap", None)
        self.funnels[name] = funnel

    def funnel_breakdown(self):
        name = self.draw(sorted(self.funnels))
        funnel = deepcopy(self.funnels[name])
        if funnel.pop("breakdowns", None):
            funnel.pop("breakdown_by", None)
        else:
            funnel["breakdowns"] = [self.draw(["plan", "device", "country", "channel"])]
        self.funnels[name] = funnel

    def funnel_unit(self):
        name = self.draw(sorted(self.funnels))
        funnel = deepcopy(self.funnels[name])
        units = ["visitor", "session", {"property": "account"}, {"property": "doc"}]
        funnel["unit"] = self.draw(units, funnel.get("unit", "visitor"))
        self.funnels[name] = funnel

    # ----- cohorts

    def cohort_changed(self):
        name = self.draw(["k1", "k2", "k3"])
        self.cohorts[name] = self.draw(
            [one for some in cohorts.PROJECTS.values() for one in some], self.cohorts.get(name)
        )

    # ----- what concerns everything, or nothing

    def thresholds_changed(self):
        name = self.draw(["a", "b_after_a", "c"])
        values = ", ".join(str(self.random.randint(1, 9) / 10) for _ in range(3))
        self.sql.append(
            f"insert into thresholds values ('{name}', '2024-03-0{self.random.randint(1, 9)}',"
            f" {values}, 1, 'me', '')"
        )

    def campaign_alias_changed(self):
        self.sql.append("delete from aliases")
        self.sql.append(
            f"insert into aliases values ('spring-sale', '{self.draw(['spring_sale', 'sale'])}')"
        )

    def event_alias_changed(self):
        """From a day on `d` means another name, and over it, up to a day, yet another."""
        day = self.random.randint(9, 12)
        self.sql.append("delete from renamed")
        self.sql.append(
            f"insert into renamed values ('d', '{self.draw('ab')}', '2024-03-{day:02}', null),"
            f" ('a', 'c', null, '2024-03-{day + self.random.randint(0, 2):02}')"
        )

    def traffic_filter_changed(self):
        """Rows of all history become bots or internal traffic, or are people again."""
        self.sql.append("delete from filters")
        some = [
            "('crawler', 'user_agent', 'contains', 'crawl', '')",
            "('newsroom', 'traffic_source', 'equals', 'news', '')",
            "('employee', 'user_id', 'ends_with', 'p0_login', '')",
        ]
        chosen = self.random.sample(some, self.random.randint(1, 2))
        self.sql.append(f"insert into filters values {', '.join(chosen)}")

    def most_events_changed(self):
        self.settings["max_events_per_minute"] = self.draw(
            [1, 2, 3, 300], self.settings["max_events_per_minute"]
        )

    def filtered_traffic_counted(self):
        self.settings["exclude_filtered_traffic"] = self.draw(
            [True, False], self.settings.get("exclude_filtered_traffic", True)
        )

    def channel_rules_changed(self):
        channel = self.draw(["Paid Search", "Paid Other", "Email"])
        self.sql.append(f"update channel_rules set channel = '{channel}' where rule_order = 10")

    def week_start_changed(self):
        self.settings["week_start"] = self.draw(["monday", "sunday"], self.settings["week_start"])

    def session_timeout_changed(self):
        self.settings["session_timeout"] = self.draw(
            ["30 minutes", "20 minutes", "1 hours"], self.settings.get("session_timeout")
        )

    def identity_changed(self):
        self.settings["identity"] = self.draw(["user", "device"], self.settings.get("identity"))

    def future_tolerance_changed(self):
        self.settings["future_tolerance"] = self.draw(
            ["24 hours", "48 hours", "1 hours"], self.settings.get("future_tolerance")
        )

    def look_back_changed(self):
        self.settings["lookback_days"] = self.draw([1, 3, 7], self.settings.get("lookback_days"))

    def timezone_changed(self):
        zones = ["America/New_York", "Asia/Kolkata", "UTC"]
        self.settings["timezone"] = self.draw(zones, self.settings["timezone"])
        self.is_refused = True


LOCAL_OPERATIONS = [
    "goal_added", "goal_changed", "goal_removed", "anchor_changed", "step_changed",
    "goal_relabelled", "funnel_added", "funnel_removed", "funnel_changed", "funnel_window",
    "funnel_breakdown", "funnel_unit", "cohort_changed", "thresholds_changed",
    "week_start_changed", "look_back_changed",
]  # fmt: skip
# After these all that happened before is forgotten.
GLOBAL_OPERATIONS = [
    "session_timeout_changed", "identity_changed", "timezone_changed", "campaign_alias_changed",
    "event_alias_changed", "channel_rules_changed", "future_tolerance_changed",
    "traffic_filter_changed", "most_events_changed", "filtered_traffic_counted",
]  # fmt: skip


# ---------- batches


@dataclass(frozen=True)
class Step:
    """One refresh: what happened before it, and whether all tables are compared after it."""

    data: dict
    configuration: tuple
    is_compared: bool = False

    def __str__(self):
        data = ", ".join(f"{history} {name}" for history, name in self.data.items())
        compared = "; compared" if self.is_compared else ""
        return f"{' and '.join(self.configuration) or 'no configuration'}; {data}{compared}"


@dataclass(frozen=True)
class Batch:
    """Histories that are refreshed together; what each operation draws hangs on its place alone."""

    seed: int
    steps: tuple

    def __str__(self):
        lines = (f"  {number}: {step}" for number, step in enumerate(self.steps, 1))
        return "\n".join([f"batch {self.seed}:", *lines])

    def smaller(self):
        """The same with less in it, the largest cuts first."""
        names = sorted({name for step in self.steps for name in step.data})
        if len(names) > 1:
            half = len(names) // 2
            yield self._without(names[:half])
            yield self._without(names[half:])
        elif names:
            yield self._without(names)
        for number, step in enumerate(self.steps):
            for one in (replace(step, configuration=()), replace(step, data={})):
                if one != step:
                    yield replace(
                        self, steps=(*self.steps[:number], one, *self.steps[number + 1 :])
                    )

    def _without(self, names):
        kept = (
            replace(step, data={k: v for k, v in step.data.items() if k not in names})
            for step in self.steps
        )
        return replace(self, steps=tuple(kept))


def deck(random, cards, count):
    """`count` cards; each comes before any comes again."""
    dealt = []
    while len(dealt) < count:
        dealt += random.sample(cards, len(cards))
    return dealt[:count]


def random_batch(seed, histories=10, steps=5):
    random = Random(f"batch {seed}")
    data = deck(random, DATA_OPERATIONS, histories * steps)
    local = deck(random, LOCAL_OPERATIONS, 2 * steps)
    # After this all that went wrong before may be forgotten: compared just before, and at the end.
    everything = random.randint(1, steps - 2)
    found = []
    for number in range(steps):
        chosen = {f"h{one}": data.pop() for one in range(histories)}
        configured = tuple(local.pop() for _ in range(random.choice([0, 1, 2])))
        if number == everything:
            configured = (random.choice(GLOBAL_OPERATIONS),)
        found.append(Step(chosen, configured, number in (everything - 1, steps - 1)))
    return Batch(seed, tuple(found))


class Play:
    """The files and the configuration of a batch, step by step."""

    def __init__(self, batch, folder):
        self.batch = batch
        self.clock = Clock()
        names = sorted({name for step in batch.steps for name in step.data})
        self.histories = {
            name: History(name, folder, self.clock, Random(f"{batch.seed} {name}"))
            for name in ("base", *names)
        }
        self.configuration = Configuration(
            folder / "*.parquet", Random(f"{batch.seed} configuration")
        )

    def take(self, number):
        step = self.batch.steps[number]
        self.clock.tick(DAY)
        for name, operation in step.data.items():
            history = self.histories[name]
            history.random = Random(f"{self.batch.seed} {number} {name}")
            getattr(history, operation)()
        self.configuration.random = Random(f"{self.batch.seed} {number} configuration")
        self.configuration.is_refused = False
        for operation in step.configuration:
            getattr(self.configuration, operation)()
        return step
