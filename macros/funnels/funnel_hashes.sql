{% macro funnel_hashes(config) %}
    {#- Funnel -> hash of all that its attempts are made from: its definition and that of its goals. -#}
    {%- set hashes = {} -%}
    {%- for funnel in config.funnels.values() -%}
        {%- set parts = [] -%}
        {%- for key, value in funnel.definition.items() if key not in ['label', 'owner', 'steps'] -%}
            {%- do parts.append([key, value]) -%}
        {%- endfor -%}
        {%- for step in funnel.definition.steps -%}
            {%- set options = {} -%}
            {%- for key, value in (step if step is mapping else {'goal': step}).items()
                if key not in ['label', 'target'] -%}
                {%- do options.update({key: value}) -%}
            {%- endfor -%}
            {%- do parts.append(options) -%}
        {%- endfor -%}
        {%- for use in funnel.steps + funnel.exclusions if use.goal -%}
            {%- do parts.append(waymark.goal_hash(config, use.goal)) -%}
        {%- endfor -%}
        {%- do hashes.update({funnel.name: local_md5(parts | tojson)}) -%}
    {%- endfor -%}
    {{ return(hashes) }}
{% endmacro %}
