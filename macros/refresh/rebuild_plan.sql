{% macro rebuild_plan(upstreams, keys, relations=[], rules=none) %}
    {#- For a table of totals: built whole, unless nothing that it is made from changed. -#}
    {%- set settings = [rules, model.raw_code] -%}
    {%- if relations and waymark._can_ask() and not flags.EMPTY -%}
        {%- do settings.append(run_query(waymark.rows_version(relations)).rows[0][0]) -%}
    {%- endif -%}
    {%- set given = waymark.load_config().given -%}
    {%- for key in keys + ['timezone', 'week_start'] -%}{%- do settings.append(given[key]) -%}{%- endfor -%}
    {%- set plan = waymark.refresh_plan(upstreams, {'settings': local_md5(settings | tojson)}) -%}
    {%- if not plan.is_current -%}
        {%- do plan.update({'is_partial': false, 'stale': ['settings']}) -%}
    {%- endif -%}
    {{ return(plan) }}
{% endmacro %}
