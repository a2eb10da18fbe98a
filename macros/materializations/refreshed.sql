{#- A table that is rebuilt only where something changed. The compiled SQL begins with its plan (see
    refresh_header). Its parts are statements of their own: the memory that the table needs is that of
    the largest part. As one query it is the same rows. -#}
{% materialization refreshed, default %}
    {#- The cache of dbt finds a name in lower case where the database has capitals, if dbt created it. -#}
    {%- set target_relation = this.incorporate(type='table', dbt_created=true) -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set new_relation = make_intermediate_relation(target_relation) -%}
    {%- set backup_relation = make_backup_relation(target_relation, existing_relation.type or 'table') -%}
    {%- set plan = waymark._refresh_plan_of(sql) -%}
    {%- set parts = [] if plan.is_current else waymark._parts(sql) -%}

    {{ drop_relation_if_exists(load_cached_relation(new_relation)) }}
    {{ drop_relation_if_exists(load_cached_relation(backup_relation)) }}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set into = target_relation if plan.is_partial and not plan.reads_itself else new_relation -%}
    {%- set names = [] -%}
    {%- if plan.is_partial -%}
        {%- for column in adapter.get_columns_in_relation(target_relation) -%}
            {%- do names.append(adapter.quote(column.name)) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set names = names | join(', ') -%}
    {%- set delete = 'delete from ' ~ target_relation ~ ' where ' ~ (plan.delete or 'false') -%}

    {%- if plan.is_current -%}
        {% call statement('main') -%}select 1 as nothing_changed{%- endcall %}
    {%- elif into == target_relation -%}
        {% call statement('delete') -%}{{ delete }}{%- endcall %}
    {%- endif -%}
    {%- for part in parts -%}
        {% call statement('main' if loop.first else 'part') -%}
            {%- if into == new_relation and loop.first -%}
                {{ create_table_as(False, new_relation, part) }}
            {%- elif names -%}
                insert into {{ into }} ({{ names }}) select {{ names }} from ({{ part }}) as part
            {%- else -%}
                insert into {{ into }} {{ part }}
            {%- endif -%}
        {%- endcall %}
    {%- endfor -%}

    {%- if plan.is_current -%}
    {%- elif into == new_relation and plan.is_partial -%}
        {% call statement('delete') -%}{{ delete }}{%- endcall %}
        {% call statement('insert') -%}
            insert into {{ target_relation }} ({{ names }}) select {{ names }} from {{ new_relation }}
        {%- endcall %}
        {{ drop_relation_if_exists(new_relation) }}
    {%- elif into == new_relation -%}
        {%- if existing_relation is not none -%}
            {{ waymark.rename_table(existing_relation, backup_relation) }}
        {%- endif %}
        {{ waymark.rename_table(new_relation, target_relation) }}
    {%- endif -%}

    {%- if plan.model and waymark.can_refresh() and not (flags.EMPTY and plan.is_partial) -%}
        {% call statement('state') -%}{{ waymark._record_refresh(plan) }}{%- endcall %}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {#- Whoever is named since the last refresh may read at once; nothing happens where grants are as configured. -#}
    {%- do apply_grants(
        target_relation,
        config.get('grants'),
        should_revoke=should_revoke(existing_relation, full_refresh_mode=not plan.is_partial),
    ) -%}
    {%- if not plan.is_partial -%}
        {%- do persist_docs(target_relation, model) -%}
    {%- endif %}
    {{ adapter.commit() }}
    {{ drop_relation_if_exists(backup_relation) }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
