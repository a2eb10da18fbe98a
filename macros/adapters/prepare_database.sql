{% macro prepare_database() %}
    {#- Runs on-run-start, when the schema is there: functions that the database itself lacks. -#}
    {%- if execute -%}
        {{ return(adapter.dispatch('prepare_database', 'waymark')()) }}
    {%- endif -%}
{% endmacro %}

{% macro default__prepare_database() %}{% endmacro %}

{% macro postgres__prepare_database() %}
    {%- if flags.WHICH in ['build', 'run', 'seed', 'test'] -%}
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
