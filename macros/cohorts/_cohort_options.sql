{% macro _cohort_options(path, item, errors) %}
    {#- How a cohort is followed, checked and with defaults: the same for a configured cohort and for
        retention(). -#}
    {%- for key, choices in [
        ('first', ['first_matching', 'first_ever', 'recurring']),
        ('interval', ['hour', 'day', 'week', 'month']),
    ] -%}
        {%- do waymark._check_choice(path ~ '.' ~ key, item.get(key), choices, errors) -%}
    {%- endfor -%}
    {#- YAML reads a bare `on` as true. -#}
    {%- set criterion = 'on' if item.get('criterion') is sameas true else item.get('criterion') or 'on' -%}
    {%- do waymark._check_choice(path ~ '.criterion', criterion, ['on', 'on_or_after'], errors) -%}
    {%- set rolling = false if item.get('rolling') is none else item['rolling'] -%}
    {%- if rolling is not boolean -%}
        {%- do errors.append(path ~ '.rolling must be true or false, found ' ~ (rolling | tojson) ~ '.') -%}
    {%- endif -%}

    {%- set counts = {} -%}
    {%- for key, default, most in [('intervals', 8, 1000), ('min_occurrences', 1, 1000000)] -%}
        {%- set count = default if item.get(key) is none else item[key] -%}
        {%- if count is not integer or count is boolean or count < 1 or count > most -%}
            {%- do errors.append(
                path ~ '.' ~ key ~ ' must be a whole number from 1 to ' ~ most ~ ', found ' ~ (count | tojson) ~ '.'
            ) -%}
            {%- set count = default -%}
        {%- endif -%}
        {%- do counts.update({key: count}) -%}
    {%- endfor -%}

    {%- set cells = [{'first': 0, 'last': 0, 'label': '0'}] -%}
    {%- if item.get('brackets') is none -%}
        {%- for number in range(1, counts.intervals + 1) -%}
            {%- do cells.append({'first': number, 'last': number, 'label': number | string}) -%}
        {%- endfor -%}
    {%- else -%}
        {%- do cells.extend(waymark._brackets(path, item['brackets'], errors)) -%}
        {%- if item.get('intervals') is not none -%}
            {%- do errors.append(
                path ~ ' has both intervals and brackets. The brackets already say how far to look: remove intervals.'
            ) -%}
        {%- endif -%}
        {%- if criterion == 'on_or_after' -%}
            {%- do errors.append(
                path ~ ' has brackets and criterion on_or_after, which has no end. Remove one of the two.'
            ) -%}
        {%- endif -%}
    {%- endif -%}

    {{ return({
        'first': item.get('first') or 'first_matching',
        'interval': item.get('interval') or 'week',
        'interval_seconds': {'hour': 3600, 'day': 86400, 'week': 604800, 'month': 2592000}.get(
            item.get('interval') or 'week'
        ),
        'criterion': criterion,
        'rolling': rolling,
        'min_occurrences': counts.min_occurrences,
        'window_seconds': waymark._optional_duration(path, item, 'window', errors),
        'cells': cells,
        'has_brackets': item.get('brackets') is not none,
        'timezone': item.get('timezone') or waymark.get_config('timezone') or 'UTC',
        'week_start': item.get('week_start') or waymark.get_config('week_start') or 'monday',
    }) }}
{% endmacro %}
