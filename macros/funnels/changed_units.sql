{% macro changed_units(plan, unit) -%}
    {%- if unit == 'visitor' -%}
    select changes.changed_visitor_key
    from ({{ waymark.changed_visitors(plan) }}) as changes
    {%- else -%}
    select sessions.session_key
    from {{ ref('sessions') }} as sessions
    inner join ({{ waymark.changed_visitors(plan) }}) as changes
        on
            sessions.visitor_key = changes.changed_visitor_key
            and {{ waymark.epoch_us('sessions.started_at') }} * 1000 >= changes.changed_from
    {%- endif -%}
{%- endmacro %}
