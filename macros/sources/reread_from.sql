{% macro reread_from(relation, source_name, fingerprint, lookback_days) %}
    {#- The first day of a table that an incremental run reads again, as YYYY-MM-DD; none: all days. Asked
        before the run changes anything, so that what is deleted and what is read are the same days. -#}
    {%- if flags.EMPTY or not execute or not waymark.is_incremental()
        or waymark.get_config('assume_incremental') is not none -%}
        {{ return(none) }}
    {%- endif -%}
    {#- Rows without a load time are a shard of their own, of no day. -#}
    {%- set day = "regexp_extract(source_shard, '[0-9]{8}')" if source_name == 'ga4'
        else 'nullif(source_shard, ' ~ waymark.text_literal(waymark.load_config().sources[source_name].relation) ~ ')' -%}
    {#- A load time ahead of the clock is no last day: it would hide all rows that come until then. -#}
    {%- set today = run_started_at.strftime('%Y%m%d' if source_name == 'ga4' else '%Y-%m-%d') -%}
    {%- set last = run_query(
        'select max(' ~ day ~ ') from ' ~ relation ~ " where shard_version like '% " ~ fingerprint ~ "'"
        ~ ' and ' ~ day ~ " <= '" ~ today ~ "'"
    ).rows[0][0] -%}
    {%- if not last -%}{{ return(none) }}{%- endif -%}
    {%- set first = modules.datetime.datetime.strptime(last | replace('-', ''), '%Y%m%d')
        - modules.datetime.timedelta(days=lookback_days) -%}
    {{ return(first.strftime('%Y-%m-%d')) }}
{% endmacro %}
