{% macro _load_funnels(goals, errors) %}
    {%- set keys = [
        'name', 'label', 'description', 'owner', 'steps', 'window', 'order', 'entry', 'ties', 'mode', 'unit',
        'hold_constant', 'exclusions', 'breakdowns', 'breakdown_by', 'breakdown_limit', 'date_from', 'date_to',
    ] -%}
    {%- set funnels = {} -%}
    {%- for item in waymark._named_list('funnels', errors) -%}
        {%- set path = 'funnels.' ~ item.name -%}
        {%- do waymark._check_keys(path, item, keys, errors) -%}
        {%- do funnels.update({item.name: waymark._read_funnel(path, item, errors, goals)}) -%}
    {%- endfor -%}
    {{ return(funnels) }}
{% endmacro %}
