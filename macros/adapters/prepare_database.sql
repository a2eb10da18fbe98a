{% macro prepare_database() %}
    {#- Runs on-run-start, when the schema is there: functions that the database itself lacks. -#}
    {%- if execute -%}
        {{ return(adapter.dispatch('prepare_database', 'waymark')()) }}
    {%- endif -%}
{% endmacro %}

{% macro default__prepare_database() %}{% endmacro %}

{# A timestamp is a moment here, and what day it is on is asked of the session. #}
{% macro spark__prepare_database() %}
    {%- set zone = run_query('select current_timezone()').rows[0][0] if waymark.may_query() else 'UTC' -%}
    {%- if zone not in ['UTC', 'Etc/UTC', 'GMT', 'Z', '+00:00'] -%}
        {{ exceptions.raise_compiler_error(
            '\nwaymark: spark.sql.session.timeZone is ' ~ zone ~ ' and must be UTC. The output of profiles.yml sets '
            ~ 'it with server_side_parameters: {"set:hiveconf:spark.sql.session.timeZone": UTC}; without the prefix '
            ~ 'set:hiveconf: the Thrift server takes no notice of it.'
        ) }}
    {%- endif -%}
{% endmacro %}

{% macro postgres__prepare_database() %}
    {%- if flags.WHICH in ['build', 'run', 'seed', 'test'] -%}
    {%- set schema = waymark.text_literal(target.schema) -%}
    {%- set state = run_query("
        select
            has_schema_privilege(nspname, 'create'),
            (
                select min(pg_get_userbyid(relowner))
                from pg_class
                where relnamespace = schemas.oid and not pg_has_role(relowner, 'usage')
            ),
            (
                select min(pid)
                from pg_locks
                where
                    locktype = 'advisory'
                    and granted
                    and database = (select oid from pg_database where datname = current_database())
                    and cast(classid as bigint)
                    = cast(hashtext('waymark ' || nspname) as bigint) & 4294967295
            )
        from pg_namespace as schemas
        where nspname = " ~ schema).rows -%}
    {%- if not state -%}
        {{ return('') }}
    {%- elif not state[0][0] -%}
        {{ exceptions.raise_compiler_error(
            '\nwaymark: the role ' ~ target.user ~ ' may not create anything in the schema ' ~ target.schema
            ~ '. Its owner can allow it: grant usage, create on schema ' ~ target.schema ~ ' to ' ~ target.user ~ ';'
        ) }}
    {%- elif state[0][1] -%}
        {{ exceptions.raise_compiler_error(
            '\nwaymark: tables of the schema ' ~ target.schema ~ ' belong to ' ~ state[0][1] ~ ', and only the owner can '
            ~ 'build them again. Run dbt as ' ~ state[0][1] ~ ', or: grant ' ~ state[0][1] ~ ' to ' ~ target.user ~ ';'
        ) }}
    {%- elif state[0][2] and flags.WHICH != 'test' -%}
        {{ exceptions.raise_compiler_error(
            '\nwaymark: another run is building the schema ' ~ target.schema ~ ' at this moment (server process '
            ~ state[0][2] ~ '). Nothing was changed: start again when it has ended.'
        ) }}
    {%- endif -%}
    create or replace function {{ target.schema }}.waymark_is_json_object(document text)
    returns boolean
    language plpgsql immutable as $$
    begin
        return coalesce(jsonb_typeof(cast(document as jsonb)) = 'object', false);
    exception when others then
        return false;
    end
    $$;

    -- RFC 7396: keys of the patch win, a null removes the key
    create or replace function {{ target.schema }}.waymark_json_merge(document jsonb, patch jsonb)
    returns jsonb
    language plpgsql immutable parallel safe as $$
    declare
        merged jsonb := case when jsonb_typeof(document) = 'object' then document else '{}' end;
        part record;
    begin
        if jsonb_typeof(patch) <> 'object' then
            return patch;
        end if;
        merged := (merged - array(select key from jsonb_each(patch) where value = 'null'))
            || coalesce(
                (select jsonb_object_agg(key, value) from jsonb_each(patch) where value <> 'null'), '{}'
            );
        for part in select key, value from jsonb_each(patch) where jsonb_typeof(value) = 'object' loop
            merged := merged || jsonb_build_object(
                part.key, {{ target.schema }}.waymark_json_merge(document -> part.key, part.value)
            );
        end loop;
        return merged;
    end
    $$;
    {%- endif -%}
{% endmacro %}

{# Its own answers to these are other numbers, and no error: a left join without a match gives 0. #}
{% macro clickhouse__prepare_database() %}
    {%- set wanted = {
        'aggregate_functions_null_for_empty': '1',
        'cast_keep_nullable': '1',
        'data_type_default_nullable': '1',
        'enable_materialized_cte': '1',
        'join_use_nulls': '1',
        'output_format_json_escape_forward_slashes': '0',
        'prefer_column_name_to_alias': '1',
        'session_timezone': 'UTC',
    } -%}
    {%- set found = {} -%}
    {%- for row in run_query('select name, value from system.settings').rows -%}
        {%- do found.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {%- set lines = [] -%}
    {%- for name, value in wanted.items() if found.get(name) != value -%}
        {%- do lines.append('      ' ~ name ~ ': ' ~ value) -%}
    {%- endfor -%}
    {%- if lines -%}
        {{ exceptions.raise_compiler_error(
            '\nwaymark: ClickHouse would count wrong. Add to its output in profiles.yml:\n    custom_settings:\n'
            ~ (lines | join('\n'))
        ) }}
    {%- endif -%}
{% endmacro %}

{% macro bigquery__prepare_database() %}
    {%- if flags.WHICH in ['build', 'run', 'test'] -%}
    -- of attempts 'begin end', sorted: the first that begins after the end of the pass before, and so on
    create or replace function {{ target.schema }}.waymark_pass_beginnings(attempts array<string>)
    returns array<string>
    language js as """
        const passes = [];
        let end = null;
        for (const attempt of attempts) {
            const [begins, ends] = attempt.split(' ').map(BigInt);
            if (end === null || begins > end) {
                passes.push(String(begins));
                end = ends;
            }
        }
        return passes;
    """
    {%- endif -%}
{% endmacro %}
