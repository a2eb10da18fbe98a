{% macro load_config() %}
    {%- set errors = [] -%}
    {%- set goals = waymark._load_goals(errors) -%}
    {%- set funnels = waymark._load_funnels(goals, errors) -%}
    {%- set known = [
        'sources', 'goals', 'funnels', 'cohorts', 'experiments', 'relations', 'timezone', 'week_start',
        'session_timeout', 'future_tolerance', 'exclude_filtered_traffic', 'max_events_per_minute',
        'identity', 'lookback_days', 'join_technique', 'doctor_window', 'doctor_clock_tolerance',
        'evidence_landmark', 'evidence_horizon', 'segment_properties',
    ] -%}
    {%- set given = var('waymark', none) -%}
    {%- if given is mapping -%}
        {%- for key in given if key not in known -%}
            {%- do errors.append(
                key ~ ' is not a setting. Known: ' ~ (known | join(', ')) ~ '.' ~ waymark._did_you_mean(key, known)
            ) -%}
        {%- endfor -%}
    {%- endif -%}

    {%- set timezone = waymark.get_config('timezone') or 'UTC' -%}
    {%- if timezone is not string or not modules.re.match('^[A-Za-z0-9_+/-]+$', timezone) -%}
        {%- do errors.append(
            'timezone must be an IANA name such as Europe/Berlin, found ' ~ (timezone | tojson) ~ '.'
        ) -%}
    {%- endif -%}
    {%- set week_start = waymark.get_config('week_start') or 'monday' -%}
    {%- do waymark._check_choice('week_start', week_start, ['monday', 'sunday'], errors) -%}
    {%- set identity = waymark.get_config('identity') or 'user' -%}
    {%- do waymark._check_choice('identity', identity, ['user', 'device'], errors) -%}
    {%- do waymark._check_choice(
        'join_technique', waymark.get_config('join_technique'), ['asof', 'window'], errors
    ) -%}
    {%- set exclude = waymark.get_config('exclude_filtered_traffic') -%}
    {%- set exclude = true if exclude is none else exclude -%}
    {%- if exclude is not boolean -%}
        {%- do errors.append('exclude_filtered_traffic must be true or false, found ' ~ (exclude | tojson) ~ '.') -%}
    {%- endif -%}
    {%- set most = waymark.get_config('max_events_per_minute') or 300 -%}
    {%- if most is not integer or most is boolean or most < 1 -%}
        {%- do errors.append('max_events_per_minute must be a whole number from 1, found ' ~ (most | tojson) ~ '.') -%}
    {%- endif -%}
    {%- set segment_properties = waymark.get_config('segment_properties') or [] -%}
    {%- if segment_properties is string or segment_properties is mapping or segment_properties is not iterable
        or segment_properties | reject('string') | list
        or segment_properties | length != segment_properties | unique(case_sensitive=true) | list | length -%}
        {%- do errors.append(
            'segment_properties must be a list of different names of properties, found '
            ~ (segment_properties | tojson) ~ '.'
        ) -%}
        {%- set segment_properties = [] -%}
    {%- endif -%}
    {%- for name in segment_properties if name in ['device_category', 'channel', 'campaign', 'country', 'cohort', 'all', ''] -%}
        {%- do errors.append('segment_properties: ' ~ (name | tojson) ~ ' is a dimension without being named here.') -%}
    {%- endfor -%}
    {%- set lookback_days = waymark.get_config('lookback_days') -%}
    {%- set lookback_days = 3 if lookback_days is none else lookback_days -%}
    {%- if lookback_days is not integer or lookback_days is boolean or lookback_days < 0 -%}
        {%- do errors.append(
            'lookback_days must be a whole number of days, found ' ~ (lookback_days | tojson) ~ '.'
        ) -%}
    {%- endif -%}

    {%- set config = {
        'sources': waymark._load_sources(errors),
        'goals': goals,
        'funnels': funnels,
        'cohorts': waymark._load_cohorts(goals, errors),
        'experiments': waymark._load_experiments(goals, funnels, errors),
        'timezone': timezone,
        'week_start': week_start,
        'identity': identity,
        'exclude_filtered_traffic': exclude,
        'max_events_per_minute': most,
        'lookback_days': lookback_days,
        'segment_properties': segment_properties,
        'session_timeout_seconds': waymark.duration_seconds(
            'session_timeout', waymark.get_config('session_timeout') or '30 minutes', errors
        ),
        'future_tolerance_seconds': waymark.duration_seconds(
            'future_tolerance', waymark.get_config('future_tolerance') or '24 hours', errors
        ),
        'doctor_window_seconds': waymark.duration_seconds(
            'doctor_window', waymark.get_config('doctor_window') or '7 days', errors
        ),
        'doctor_clock_tolerance_seconds': waymark.duration_seconds(
            'doctor_clock_tolerance', waymark.get_config('doctor_clock_tolerance') or '1 hour', errors
        ),
        'evidence_landmark_seconds': waymark.duration_seconds(
            'evidence_landmark', waymark.get_config('evidence_landmark') or '24 hours', errors
        ),
        'evidence_horizon_seconds': waymark.duration_seconds(
            'evidence_horizon', waymark.get_config('evidence_horizon') or '14 days', errors
        ),
    } -%}
    {%- do waymark._raise_errors(errors) -%}
    {{ return(config) }}
{% endmacro %}
