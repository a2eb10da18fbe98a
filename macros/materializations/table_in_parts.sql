{#- A table whose query is a union of parts, each of them built by a statement of its own: the memory
    that it needs is that of the largest part, not of all together. As one query it is the same rows. -#}
{% materialization table_in_parts, default %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set new_relation = make_intermediate_relation(target_relation) -%}
    {%- set backup_relation = make_backup_relation(target_relation, existing_relation.type or 'table') -%}
    {%- set parts = waymark._parts(sql) -%}

    {{ drop_relation_if_exists(load_cached_relation(new_relation)) }}
    {{ drop_relation_if_exists(load_cached_relation(backup_relation)) }}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% call statement('main', language='sql') -%}
        {{ create_table_as(False, new_relation, parts[0]) }}
    {%- endcall %}
    {%- for part in parts[1:] -%}
        {% call statement('part') -%}
            insert into {{ new_relation }} {{ part }}
        {%- endcall %}
    {%- endfor %}

    {%- if existing_relation is not none -%}
        {{ adapter.rename_relation(existing_relation, backup_relation) }}
    {%- endif %}
    {{ adapter.rename_relation(new_relation, target_relation) }}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation)) -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}
    {{ drop_relation_if_exists(backup_relation) }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
