{% macro log_refresh(results) %}
    {#- Of what source_loads and visitor_changes have written since the row of the run before. -#}
    {%- set seconds = {} -%}
    {%- set outcome = namespace(failed=false, finished_at=none) -%}
    {%- for result in results or [] if result.node.resource_type == 'model' and result.node.package_name == 'waymark' -%}
        {%- do seconds.update({result.node.name: result.execution_time | round(3)}) -%}
        {%- if result.status | string not in ['success', 'skipped'] -%}{%- set outcome.failed = true -%}{%- endif -%}
    {%- endfor -%}
    {%- set relations = {} -%}
    {%- for name in [
        'refresh_log', 'refresh_state', 'source_loads', 'duplicate_events', 'visitor_changes', 'visitors', 'events',
    ] -%}
        {#- dbt must meet a ref while parsing to allow it later. -#}
        {%- do relations.update({name: ref(name)}) -%}
    {%- endfor -%}
    {%- if not waymark.may_query() or not seconds or flags.EMPTY -%}{{ return('') }}{%- endif -%}
    {%- for relation in relations.values() if load_relation(relation) is none -%}{{ return('') }}{%- endfor -%}

    {%- set state = waymark._refresh_states() -%}
    {%- set revision = state.get('source_loads', {}).get('', {}).get('revision') or 0 -%}
    {%- set built = state.get('events', {}) -%}
    {%- set is_whole = 'events' in seconds
        and (built.get(':whole', {}).get('sequence') or 0) > (built.get('', {}).get('sequence') or 0) -%}
    {%- set now = modules.datetime.datetime.now(modules.pytz.utc).replace(tzinfo=none) -%}
    insert into {{ relations.refresh_log }} (
        invocation_id, status, started_at, finished_at, revision, is_full_refresh, last_event_at,
        last_loaded_at, shards_read, rows_read, rows_accepted, rows_rejected, rows_late,
        visitors_changed, model_seconds
    )
    with

    last_run as (

        select coalesce(max(revision), 0) as revision
        from {{ relations.refresh_log }}
        where revision <= {{ revision }}

    ),

    loads as (

        select
            count(*) as shards_read,
            sum(loads.staged_rows) as staged_rows,
            sum(loads.refused_rows) as refused_rows,
            sum(loads.late_rows) as late_rows
        from {{ relations.source_loads }} as loads
        cross join last_run
        where loads.revision > last_run.revision and not loads.is_gone

    ),

    copies as (

        select count(*) as copies
        from {{ relations.duplicate_events }} as duplicates
        where
            duplicates.occurrence > 1
            and duplicates.source_shard in (
                select loads.source_shard
                from {{ relations.source_loads }} as loads
                cross join last_run
                where loads.revision > last_run.revision
            )

    )

    select
        {{ waymark.text_literal(invocation_id) }},
        '{{ 'error' if outcome.failed else 'success' }}',
        cast('{{ run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f') }}' as {{ dbt.type_timestamp() }}),
        cast('{{ now.strftime('%Y-%m-%d %H:%M:%S.%f') }}' as {{ dbt.type_timestamp() }}),
        {{ revision }},
        {{ flags.FULL_REFRESH | lower }},
        (select max(event_at) from {{ relations.events }}),
        (select max(loaded_at) from {{ relations.source_loads }}),
        loads.shards_read,
        coalesce(loads.staged_rows, 0),
        coalesce(loads.staged_rows - loads.refused_rows, 0) - copies.copies,
        coalesce(loads.refused_rows, 0) + copies.copies,
        coalesce(loads.late_rows, 0),
        (
            {% if is_whole -%}
            select count(*) from {{ relations.visitors }}
            {%- else -%}
            select count(distinct visitor_key)
            from {{ relations.visitor_changes }} as changes
            inner join last_run on changes.revision > last_run.revision
            {%- endif %}
        ),
        {{ waymark.text_literal(seconds | tojson) }}
    from loads
    cross join copies
{% endmacro %}
