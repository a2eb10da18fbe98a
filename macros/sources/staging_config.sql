{% macro staging_config(name, post_hooks=[]) %}
    {#- Hooks are written out when they run: a parsed configuration outlives the run. -#}
    {%- set pre_hooks = [] -%}
    {%- for input in waymark.staging_source(name, even_empty=true).inputs -%}
        {%- for table, place in input.tables.items() if place.format == 'json' -%}
            {%- do pre_hooks.append(
                "{% if not flags.EMPTY %}" ~ waymark.set_json_format(place) ~ "{% endif %}"
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set called = "(this, waymark.staging_source('" ~ name ~ "')) }}" -%}
    {{ return(dict(
        waymark.shard_config(),
        enabled=name in (waymark.get_config('sources') or {}),
        on_schema_change='fail',
        pre_hook=pre_hooks + ['{{ waymark.forget_reread_shards' ~ called],
        post_hook=['{{ waymark.forget_other_shards' ~ called] + post_hooks
    )) }}
{% endmacro %}
