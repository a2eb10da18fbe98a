{% macro session_key(visitor_key, source_property, session_id) -%}
    {{ waymark.surrogate_key(
        'cast(' ~ visitor_key ~ ' as ' ~ dbt.type_string() ~ ")"
        ~ " || '|' || coalesce(" ~ source_property ~ ", '') || '|' || " ~ session_id
    ) }}
{%- endmacro %}
