{% macro forget_other_shards(relation, source) %}
    {#- Rows that were read under another configuration and have not been replaced. -#}
    {%- if flags.EMPTY -%}{{ return('') }}{%- endif -%}
    {{ waymark.delete_shards(relation, "shard_version not like '% " ~ source.fingerprint ~ "'") }}
{% endmacro %}
