{% macro get_config(name) %}
    {#- Imported, only what the importing project sets counts: the demo config of this project must
        never be mixed into somebody else's. `--vars` wins, flat or under `waymark:`, but not over
        what a unit test overrides. -#}
    {%- set given = invocation_args_dict.get('vars') or {} -%}
    {%- set given = fromyaml(given) if given is string else given -%}
    {%- if model is defined and model.resource_type == 'unit_test' -%}
        {{ return(var(name, none)) }}
    {%- elif name in given -%}
        {{ return(given[name]) }}
    {%- elif name in (given.get('waymark') or {}) -%}
        {{ return(given['waymark'][name]) }}
    {%- elif project_name == 'waymark' -%}
        {{ return(var(name, none)) }}
    {%- else -%}
        {{ return((var('waymark', none) or {}).get(name)) }}
    {%- endif -%}
{% endmacro %}
