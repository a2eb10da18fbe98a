{% macro _refresh_states() %}
    {#- model -> definition -> {config_hash, revision, sequence}, as last written; '' is the model itself. -#}
    {%- set relation = load_relation(ref('refresh_state')) -%}
    {%- if relation is none -%}{{ return({}) }}{%- endif -%}
    {%- set states = {} -%}
    {%- for row in run_query(
        'select model_name, definition, config_hash, revision, sequence_number from ' ~ relation
        ~ ' order by sequence_number'
    ).rows -%}
        {%- do states.setdefault(row[0], {}).update({row[1] or '': {
            'config_hash': row[2], 'revision': row[3] | int, 'sequence': row[4] | int,
        }}) -%}
    {%- endfor -%}
    {{ return(states) }}
{% endmacro %}
