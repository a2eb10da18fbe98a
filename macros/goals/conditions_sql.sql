{% macro conditions_sql(events, conditions) %}
    {%- set parts = [] -%}
    {%- for condition in conditions -%}
        {%- do parts.append(waymark.condition_sql(events, condition)) -%}
    {%- endfor -%}
    {{ return('(' ~ (parts | join(' and ')) ~ ')' if parts else 'true') }}
{% endmacro %}
