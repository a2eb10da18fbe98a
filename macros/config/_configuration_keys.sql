{% macro _configuration_keys(section) %}
    {#- The one place that knows every key: what _options() checks, and what scripts/generate_docs.py writes into
        docs/configuration.md. Of each key: `type` (text, whole number, true or false and duration are checked;
        what another says is checked where it is read), or its `choices`; `default`, or what happens `otherwise`;
        `required`, with what to do about it; and what it `means`. -#}
    {%- set people = {
        'label': {'type': 'text', 'otherwise': 'the name', 'means': 'what charts show'},
        'description': {'type': 'text', 'means': 'for people'},
        'owner': {'type': 'text', 'means': 'who answers for it'},
    } -%}
    {%- set name = {'name': {'type': 'text', 'required': true, 'means': 'what marts, seeds and other keys call it'}} -%}
    {%- if section == 'settings' -%}
        {%- set keys = {
            'sources': {'type': 'mapping', 'otherwise': 'demo data', 'means':
                'where raw events come from, see [Sources](#sources)'},
            'timezone': {'type': 'text', 'default': 'UTC', 'means':
                'IANA name of the zone of calendar days, weeks and months; stored times stay UTC'},
            'week_start': {'choices': ['monday', 'sunday'], 'default': 'monday', 'means': 'first day of a week'},
            'session_timeout': {'type': 'duration', 'default': '30 minutes', 'means':
                'inactivity that ends a session, for events without a session id; so long a form is open'},
            'future_tolerance': {'type': 'duration', 'default': '24 hours', 'means':
                'an event later than its load time by more is rejected'},
            'identity': {'choices': ['user', 'device'], 'default': 'user', 'means':
                '`user` joins the devices of one login, `device` never does'},
            'exclude_filtered_traffic': {'type': 'true or false', 'default': true, 'means':
                'whether [bots and internal traffic](definitions.md#bots-and-internal-traffic) are kept out, or only '
                ~ 'flagged'},
            'max_events_per_minute': {'type': 'whole number', 'least': 1, 'default': 300, 'means':
                "a session with more in 60 seconds is no person's"},
            'lookback_days': {'type': 'whole number', 'least': 0, 'default': 3, 'means':
                'days of a table that a run reads again, for sources that rewrite them; see [refreshes](refreshes.md)'},
            'doctor_window': {'type': 'duration', 'default': '7 days', 'means':
                'how far the [doctor](doctor.md) looks back from the newest row'},
            'doctor_clock_tolerance': {'type': 'duration', 'default': '1 hour', 'means':
                'an event time further from its load time counts as skewed there'},
            'evidence_landmark': {'type': 'duration', 'default': '24 hours', 'means':
                'what visitors do from their first event to here may predict what they do after it '
                ~ '([evidence](definitions.md#evidence))'},
            'evidence_horizon': {'type': 'duration', 'default': '14 days', 'means':
                'how long after it (in the ordered reading: after the micro-conversion) a macro-conversion counts; '
                ~ 'in `segment_comparison` how long after the first event a goal does'},
            'segment_properties': {'type': 'list of properties', 'default': [], 'otherwise': 'none (demo: `plan`)',
                'means': 'more dimensions of `segment_comparison`; a name that no event has is a warning'},
            'join_technique': {'choices': ['asof', 'window'], 'otherwise': 'what suits the database', 'means':
                'how funnels find the next event: by as-of joins, or by window functions that every database has; '
                ~ 'the same results'},
            'relations': {'type': 'mapping', 'otherwise': 'own seeds', 'means':
                'other tables in place of seeds, see [Relations](#relations)'},
            'goals': {'type': 'list', 'otherwise': 'demo goals', 'means': 'see [Goals](#goals)'},
            'funnels': {'type': 'list', 'otherwise': 'demo funnels', 'means': 'see [Funnels](#funnels)'},
            'cohorts': {'type': 'list', 'otherwise': 'demo cohorts', 'means': 'see [Cohorts](#cohorts)'},
            'experiments': {'type': 'list', 'otherwise': 'demo experiments', 'means':
                'see [Experiments](#experiments)'},
        } -%}

    {%- elif section == 'source' -%}
        {%- set keys = {
            'files': {'type': 'path, glob or list', 'means':
                'exported files; for a source of several tables a mapping `table: path`'},
            'relation': {'type': 'table', 'means': 'the same as a table or model, or a mapping `table: table`'},
            'property': {'type': 'text', 'means':
                'name of the property (site, app, shop), needed where a list has several'},
            'timezone': {'type': 'text', 'otherwise': '`UTC`', 'means': 'IANA name of the zone of times that carry none'},
            'identity_scope': {'choices': ['person', 'day'], 'otherwise': 'what the source is known to give', 'means':
                '`day`: its ids only last a day ([visitors](definitions.md#visitors))'},
            'columns': {'type': 'mapping', 'means':
                '`our column: your column`, for names that differ; `generic`, `google_ads`, `meta_ads`, `recordings`'},
        } -%}

    {%- elif section == 'goals' -%}
        {%- set keys = dict(name, **dict(people, **{
            'tier': {'type': '1, 2, 3', 'means':
                '1 north star, 2 business goal, 3 product goal; none: a building block'},
            'kind': {
                'choices': ['process_milestone', 'secondary_action', 'engagement_threshold', 'outcome'],
                'means': 'what sort of sign it is',
            },
            'parent': {'type': 'goal name', 'means': 'the goal one tier up that it leads to'},
            'review_cadence': {'type': 'text', 'means': 'how often it is looked at'},
            'match': {
                'type': 'mapping', 'required': 'Say which events complete it, such as match: {event: purchase}.',
                'means': 'which events complete it, see [match](#match)',
            },
            'counting': {
                'choices': ['every', 'once_per_session', 'once_per_visitor'], 'default': 'every', 'means':
                'which of the completions count',
            },
            'min_occurrences': {'type': 'whole number', 'least': 1, 'default': 1, 'means':
                'completes at the n-th matching event'},
            'within': {'type': 'duration', 'means':
                'the n must happen within it; needs `min_occurrences` of 2 or more'},
            'after': {'type': 'goal name, or `{goal, within}`', 'means':
                'completes only when it follows that goal (within the time)'},
            'metric': {
                'choices': [
                    'conversion_rate', 'converters', 'completions', 'value', 'value_per_unit', 'value_per_completion',
                    'retention_rate',
                ],
                'default': 'conversion_rate', 'means': 'what `goal_status` measures',
            },
            'eligible_after': {'type': 'goal name, or `{goal, within}`', 'otherwise': 'all active visitors', 'means':
                'who could have completed it (and how long they had)'},
            'value_property': {'type': 'text', 'otherwise': "the event's `value`", 'means':
                'property: the number that a completion is worth'},
            'direction': {
                'choices': ['increase', 'decrease', 'up', 'down', 'higher', 'lower'], 'default': 'increase', 'means':
                '`decrease` (or `down`, `lower`) where less is better',
            },
            'severity': {'choices': ['warn', 'error'], 'default': 'warn', 'means':
                '`error`: in the zone `problem`, if that is certain, it fails `dbt test --select tag:thresholds`'},
        })) -%}

    {%- elif section == 'match' -%}
        {%- set keys = {
            'event': {'type': 'text', 'means': 'one event name'},
            'events': {'type': 'list', 'means': 'several; any of them. Neither key: any event'},
            'goal': {'type': 'goal name', 'means': 'in place of an event: the events that match this other goal'},
            'where': {'type': 'conditions', 'means': 'conditions that must all hold'},
            'any': {'type': 'list', 'means':
                'alternatives, each a `match` or a `where`; one must hold, besides the rest'},
        } -%}

    {%- elif section == 'operators' -%}
        {%- set keys = {
            'equals': {'type': 'text, number, boolean', 'means': 'is this; so does the bare value'},
            'not_equals': {'type': 'text, number, boolean', 'means': 'is not this, or is missing'},
            'in': {'type': 'list', 'means': 'is one of them; so does a bare list'},
            'contains': {'type': 'text', 'means': 'has this text in it'},
            'starts_with': {'type': 'text', 'means': 'has this text at its start'},
            'ends_with': {'type': 'text', 'means': 'has this text at its end'},
            'matches': {'type': 'regular expression', 'means': 'matches it anywhere: anchor with `^` and `$`'},
            'gt': {'type': 'number', 'means': 'is a greater number'},
            'gte': {'type': 'number', 'means': 'is at least this number'},
            'lt': {'type': 'number', 'means': 'is a smaller number'},
            'lte': {'type': 'number', 'means': 'is at most this number'},
            'exists': {'type': '`true`', 'means': 'is there and not empty (`false`: the opposite)'},
            'missing': {'type': '`true`', 'means': 'is not there, or empty (`false`: the opposite)'},
        } -%}

    {%- elif section == 'funnels' -%}
        {%- set keys = dict(name, **dict(people, **{
            'steps': {'type': 'list', 'required': true, 'means':
                '1 to 20 goal names, or mappings with the keys of a step; a goal may repeat'},
            'window': {
                'type': 'duration',
                'required': "Say how long a unit may take from the first step, such as window: '7 days'.",
                'means': 'time from entry to the last step, inclusive',
            },
            'order': {'choices': ['ordered', 'strict', 'any'], 'default': 'ordered', 'means':
                '`ordered`: other events may lie between; `strict`: none may; `any`: steps in any order'},
            'entry': {'choices': ['first_step', 'any_step'], 'default': 'first_step', 'means':
                '`any_step`: an open funnel, each step by itself'},
            'ties': {'choices': ['step_order', 'strict'], 'default': 'step_order', 'means':
                '`step_order`: different events at one moment may serve steps in step order; `strict`: a step must be '
                ~ 'later'},
            'mode': {'choices': ['units', 'totals'], 'default': 'units', 'means':
                'count each unit once, or every pass'},
            'unit': {'type': '`visitor`, `session`, `{property: <name>}`', 'default': 'visitor', 'means': 'who walks'},
            'hold_constant': {'type': 'property', 'means': 'all steps share its value'},
            'exclusions': {'type': 'list', 'default': [], 'means':
                'what may not happen between two steps: goal names, or mappings with the keys of an exclusion'},
            'breakdowns': {'type': 'list of properties', 'default': [], 'means':
                'also counts per value of each property; a list in it combines properties; at most 3 different ones'},
            'breakdown_by': {
                'type': '`entry_step`, `first_touch`, `last_touch`, `all_events`, `{step: <number>}`',
                'default': 'entry_step', 'means': 'whose value counts',
            },
            'breakdown_limit': {'type': 'whole number', 'least': 1, 'default': 25, 'means':
                'values told apart; the rest is `(other)`'},
            'date_from': {'type': 'local time', 'otherwise': 'open', 'means':
                "entries from then (`'2026-01-31'`, `'2026-01-31 18:00'`)"},
            'date_to': {'type': 'local time', 'otherwise': 'open', 'means':
                "entries up to then (`'2026-01-31'`: that whole day); later steps may fall after it"},
        })) -%}

    {%- elif section == 'step' -%}
        {%- set keys = {
            'goal': {'type': 'goal name', 'required': true, 'means': 'what completes it'},
            'label': {'type': 'text', 'otherwise': "the goal's label", 'means': 'what charts show'},
            'optional': {'type': 'true or false', 'default': false, 'means': 'counted, but gates nothing'},
            'min_gap': {'type': 'duration', 'means': 'least time since the required step before, inclusive'},
            'max_gap': {'type': 'duration', 'means': 'most time since the required step before, inclusive'},
            'occurrence': {'choices': ['every', 'first_matching', 'first_ever'], 'default': 'every', 'means':
                "which of the unit's completions count: any, its first, or its first if it never had the event before"},
            'target': {'type': 'number', 'means':
                'share of the units at the required step before that is to get here, above 0 and up to 1; '
                ~ '`funnel_bottlenecks` says what that would bring'},
        } -%}

    {%- elif section == 'exclusion' -%}
        {%- set keys = {
            'goal': {'type': 'goal name', 'means': 'a goal that may not be completed'},
            'from_step': {'type': 'step number', 'otherwise': 'the first', 'means':
                'the required step after which it is forbidden'},
            'to_step': {'type': 'step number', 'otherwise': 'the last', 'means':
                'the required step before which it is forbidden'},
            'event': {'type': 'text', 'means': 'in place of a goal: any event of that name'},
            'where': {'type': 'conditions', 'means': 'only if they hold, as in [match](#match)'},
        } -%}

    {%- elif section == 'cohorts' -%}
        {%- set keys = dict(name, **dict(people, **{
            'start': {'type': 'goal name, `first_seen`, `{property: p}`', 'required': true, 'means':
                'what a visitor starts with: a goal, the first event, or the first event on which `p` is not empty'},
            'return': {'type': 'goal name, `any_event`', 'required': true, 'means': 'what counts as coming back'},
            'first': {'choices': ['first_matching', 'first_ever', 'recurring'], 'default': 'first_matching', 'means':
                '`first_matching`: the first completion of `start`; `first_ever`: only if the first event of that name '
                ~ 'completed it; `recurring`: in the cohort of every interval'},
            'interval': {'choices': ['hour', 'day', 'week', 'month'], 'default': 'week', 'means':
                'calendar intervals of the project time zone'},
            'intervals': {'type': 'whole number', 'least': 1, 'most': 1000, 'default': 8, 'means':
                'how many to follow'},
            'rolling': {'type': 'true or false', 'default': false, 'means':
                "intervals of 1 hour, 24 hours, 7 or 30 days from each visitor's own start"},
            'criterion': {'choices': ['on', 'on_or_after'], 'default': 'on', 'means':
                '`on`: in that interval; `on_or_after`: in it or any later one'},
            'brackets': {'type': 'list', 'means':
                "intervals to count together, in place of `intervals`: `[1, '2-3', [4, 7]]`"},
            'min_occurrences': {'type': 'whole number', 'least': 1, 'most': 1000000, 'default': 1, 'means':
                'completions of `return` that count as a return'},
            'window': {'type': 'duration', 'means': 'how long after the start a return counts'},
            'breakdowns': {'type': 'list of properties', 'default': [], 'means':
                'also counts per value of the property on the start event; a list in the list is a combination'},
            'breakdown_limit': {'type': 'whole number', 'least': 1, 'default': 25, 'means':
                'values of a breakdown that keep their name; the rest is `(other)`'},
        })) -%}

    {%- elif section == 'experiments' -%}
        {%- set keys = dict(name, **dict(people, **{
            'exposure': {'type': 'goal name, `{goal: g}`', 'required': true, 'means':
                'the goal that exposes a visitor; its first completion counts'},
            'variant_property': {'type': 'property', 'required': true, 'means':
                'property of that event that holds the variant'},
            'variants': {'type': 'list, or mapping', 'required': true, 'means':
                '2 to 20 values of it; a mapping gives each its expected share in any unit '
                ~ '(`{control: 90, green: 10}`), a list says that all are equal'},
            'control': {'type': 'variant', 'default': 'control', 'means':
                'the variant that the others are compared with'},
            'from': {'type': 'local date', 'otherwise': 'open', 'means': 'first day on which an exposure counts'},
            'until': {'type': 'local date', 'otherwise': 'open', 'means':
                'last day on which an exposure counts; without it, the experiment is never over'},
            'window': {
                'type': 'duration',
                'required': "Say how long after the exposure a completion counts, such as window: '14 days'.",
                'means': 'how long after the exposure a completion counts, inclusive',
            },
            'lookback': {'type': 'duration', 'default': '28 days', 'means':
                'how long before the exposure earlier activity counts (CUPED)'},
            'primary': {
                'type': 'goal name', 'required': 'Name the goal that decides, such as primary: order_placed.',
                'means': 'the macro-conversion that decides; not a goal of tier 3',
            },
            'goals': {'type': 'list of goal names', 'default': [], 'means': 'what stands beside it as context'},
            'funnel': {'type': 'funnel name', 'means': 'its steps too, each over all exposed visitors'},
        })) -%}

    {%- elif section == 'relations' -%}
        {%- set keys = {
            'goal_thresholds': {
                'columns': {
                    'goal_name': 'text', 'effective_from': 'date', 'problem': 'double', 'baseline': 'double',
                    'target': 'double', 'min_volume': 'bigint', 'decided_by': 'text', 'note': 'text',
                },
                'means': 'thresholds of a goal from that date on; history stays',
            },
            'goal_decisions': {
                'columns': {
                    'goal_name': 'text', 'decided_at': 'date', 'decision': 'text', 'rule_name': 'text',
                    'decided_by': 'text', 'note': 'text',
                },
                'means': 'what was decided about a goal on that day; `rule_name` is the finding of '
                    ~ '[the review](review.md) that it answers',
            },
            'tracking_plan': {
                'columns': {
                    'event_name': 'text', 'parameter_name': 'text', 'description': 'text', 'is_required': 'boolean',
                    'min_fill_rate': 'double', 'value_type': 'text', 'is_key_event': 'boolean', 'owner': 'text',
                    'source': 'text',
                },
                'means': 'a planned event (empty `parameter_name`) or parameter',
            },
            'naming_exceptions': {
                'columns': {'rule_name': 'text', 'object_type': 'text', 'object_name': 'text', 'comment': 'text'},
                'means': 'an accepted violation',
            },
            'traffic_filters': {
                'columns': {
                    'filter_name': 'text', 'column_name': 'text', 'operator': 'text', 'pattern': 'text',
                    'comment': 'text',
                },
                'means': 'what is a bot or internal; column `user_agent`, `hostname`, `user_id` or `traffic_source`, '
                    ~ 'operator `equals`, `contains`, `starts_with`, `ends_with` or `matches`',
            },
            'campaign_aliases': {
                'columns': {'alias': 'text', 'campaign': 'text'},
                'means': 'a spelling and the campaign that it means',
            },
            'event_aliases': {
                'columns': {'old_name': 'text', 'new_name': 'text', 'valid_from': 'date', 'valid_until': 'date'},
                'means': 'an event name that was sent and the name that it is known by; days are those of the project '
                    ~ 'zone, `valid_until` is the first one on which it does not hold any more, empty means open',
            },
        } -%}
    {%- endif -%}
    {{ return(keys) }}
{% endmacro %}
