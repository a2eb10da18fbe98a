{% macro event_aliases_version() %}
    {%- set renames = ref('event_renames') -%}
    {%- if not waymark._can_ask() or load_relation(renames) is none -%}
        {{ return('') }}
    {%- endif -%}
    {{ return(run_query(waymark.rows_version([renames])).rows[0][0] or '') }}
{% endmacro %}
