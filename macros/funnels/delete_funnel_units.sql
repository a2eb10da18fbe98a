{% macro delete_funnel_units(plan, funnels) -%}
    {%- set conditions = [waymark.delete_definitions(plan, 'funnel_name')] -%}
    {%- for unit in ['visitor', 'session'] -%}
        {%- set names = [] -%}
        {%- for funnel in funnels if funnel.unit == unit and funnel.name not in plan.stale -%}
            {%- do names.append(waymark.text_literal(funnel.name)) -%}
        {%- endfor -%}
        {%- if names -%}
            {%- set matches = ['unit_key in (' ~ waymark.changed_units(plan, unit) ~ ')'] -%}
            {%- if unit == 'session' -%}
                {#- Its visitor became another, and so did its key. -#}
                {%- do matches.append(
                    'unit_key not in (select sessions.session_key from ' ~ ref('sessions') ~ ' as sessions)'
                ) -%}
            {%- endif -%}
            {%- do conditions.append(
                'funnel_name in (' ~ (names | join(', ')) ~ ') and (' ~ (matches | join(' or ')) ~ ')'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    ({{ conditions | join(' or ') }})
{%- endmacro %}
