{% macro reread_from(relation, source) %}
    {#- The first day of a table that an incremental run reads again, as YYYY-MM-DD; none: all days. Asked
        before the run changes anything, so that what is deleted and what is read are the same days. -#}
    {%- if source.reads_files or not source.inputs or not execute or not waymark.is_incremental()
        or waymark.get_config('assume_incremental') is not none -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set is_ga4 = source.name == 'ga4' -%}
    {%- set day = "regexp_extract(source_shard, '[0-9]{8}')" if is_ga4
        else 'case when not ' ~ waymark.undated_shard('source_shard', source) ~ ' then source_shard end' -%}
    {#- A load time ahead of the clock is no last day: it would hide all rows that come until then. -#}
    {%- set today = run_started_at.strftime('%Y%m%d' if is_ga4 else '%Y-%m-%d') -%}
    {%- set last = run_query(
        'select max(' ~ day ~ ') from ' ~ relation ~ " where shard_version like '% " ~ source.fingerprint ~ "'"
        ~ ' and ' ~ day ~ " <= '" ~ today ~ "'"
    ).rows[0][0] -%}
    {%- if not last -%}{{ return(none) }}{%- endif -%}
    {%- set first = modules.datetime.datetime.strptime(last | replace('-', ''), '%Y%m%d')
        - modules.datetime.timedelta(days=source.lookback_days) -%}
    {{ return(first.strftime('%Y-%m-%d')) }}
{% endmacro %}
