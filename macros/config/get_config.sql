{% macro get_config(name) %}
    {#- Imported, only what the importing project sets counts: the demo config of this project must
        never be mixed into somebody else's. `--vars` wins, flat or under `waymark:`, but not over
        what a unit test overrides. Whoever gives goals in one of these ways gives all that names them. -#}
    {%- set given = invocation_args_dict.get('vars') or {} -%}
    {%- set given = fromyaml(given) if given is string else given -%}
    {%- set is_unit_test = model is defined and model.resource_type == 'unit_test' -%}
    {%- set places = [dict(given.get('waymark') or {}, **given)] -%}
    {%- if is_unit_test -%}{%- do places.insert(0, (model.overrides or {}).get('vars') or {}) -%}{%- endif -%}
    {%- for place in places -%}
        {%- if name in place -%}
            {{ return(place[name]) }}
        {%- elif 'goals' in place and name in ['funnels', 'cohorts', 'experiments', 'segment_properties'] -%}
            {{ return(none) }}
        {%- endif -%}
    {%- endfor -%}
    {%- if is_unit_test -%}
        {{ return(var(name, none)) }}
    {%- elif project_name == 'waymark' -%}
        {{ return(var(name, none)) }}
    {%- else -%}
        {{ return((var('waymark', none) or {}).get(name)) }}
    {%- endif -%}
{% endmacro %}
