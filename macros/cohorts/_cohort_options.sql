{% macro _cohort_options(path, item, errors) %}
    {#- How a cohort is followed, checked and with defaults: the same for a configured cohort and for
        retention(). -#}
    {#- YAML reads a bare `on` as true. -#}
    {%- set given = dict(item, criterion='on') if item.get('criterion') is sameas true else item -%}
    {%- set options = waymark._options(path, given, waymark._configuration_keys('cohorts'), errors) -%}

    {%- set cells = [{'first': 0, 'last': 0, 'label': '0'}] -%}
    {%- if options.brackets is none -%}
        {%- for number in range(1, options.intervals + 1) -%}
            {%- do cells.append({'first': number, 'last': number, 'label': number | string}) -%}
        {%- endfor -%}
    {%- else -%}
        {%- do cells.extend(waymark._brackets(path, options.brackets, errors)) -%}
        {%- if item.get('intervals') is not none -%}
            {%- do errors.append(
                path ~ ' has both intervals and brackets. The brackets already say how far to look: remove intervals.'
            ) -%}
        {%- endif -%}
        {%- if options.criterion == 'on_or_after' -%}
            {%- do errors.append(
                path ~ ' has brackets and criterion on_or_after, which has no end. Remove one of the two.'
            ) -%}
        {%- endif -%}
    {%- endif -%}

    {{ return(dict(
        options,
        interval_seconds={'hour': 3600, 'day': 86400, 'week': 604800, 'month': 2592000}[options.interval],
        cells=cells,
        has_brackets=options.brackets is not none,
        timezone=item.get('timezone') or waymark.get_config('timezone') or 'UTC',
        week_start=item.get('week_start') or waymark.get_config('week_start') or 'monday',
    )) }}
{% endmacro %}
