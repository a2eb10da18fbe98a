{% macro load_config() %}
    {#- Nearly every model asks, and reading takes longer than most of them do: once a command, kept in the one
        mapping that all nodes share, where it can be written to. What a unit test overrides is its own. -#}
    {%- if graph.setdefault is not defined or (model is defined and model.resource_type == 'unit_test') -%}
        {{ return(waymark._read_config()) }}
    {%- endif -%}
    {%- set kept = graph.setdefault('waymark', {}) -%}
    {%- if kept.get('invocation_id') != invocation_id -%}
        {%- do kept.update({'invocation_id': invocation_id, 'config': waymark._read_config()}) -%}
    {%- endif -%}
    {{ return(kept.config) }}
{% endmacro %}
