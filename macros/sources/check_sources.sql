{% macro check_sources() %}
    {#- Runs on-run-start, before the first model: what is wrong with the input is said once, by key
        and file, instead of by a database error deep in a model. -#}
    {%- set config = waymark.load_config() -%}
    {%- set errors = [] -%}
    {%- for source in config.sources.values() if not execute -%}
        {#- dbt must meet a ref while parsing to allow it later. -#}
        {%- for input in source.inputs -%}
            {%- for place in input.tables.values() -%}
                {%- for relation in place.relations or [] -%}{%- do waymark.source_relation(relation) -%}{%- endfor -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for name, source in config.sources.items()
        if waymark.may_query() and not flags.EMPTY
        and 'model.waymark.stg_' ~ name ~ '__' in selected_resources | join(' ') -%}
        {%- for input in source.inputs -%}
            {%- for table, place in input.tables.items() -%}
                {%- do waymark._check_place(name, input, table, place, errors) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set zones = waymark.known_timezones() if waymark.may_query() and config.timezone != 'UTC' else [config.timezone] -%}
    {%- if config.timezone not in zones -%}
        {%- do errors.append(
            'timezone: ' ~ config.timezone ~ ' is not a time zone that the database knows.'
            ~ waymark._did_you_mean(config.timezone, zones)
        ) -%}
    {%- endif -%}
    {%- set built = {} -%}
    {%- do ref('refresh_state') -%}
    {%- if waymark.may_query() and not flags.FULL_REFRESH -%}
        {%- do built.update(waymark._refresh_states().get('visitor_changes', {}).get('timezone', {})) -%}
    {%- endif -%}
    {%- if built and built.config_hash != config.timezone -%}
        {%- do errors.append(
            'timezone is ' ~ config.timezone ~ ', but the tables were built with ' ~ built.config_hash
            ~ ': days, weeks and cohorts of both would mix. Build everything again with --full-refresh, or set '
            ~ 'timezone back.'
        ) -%}
    {%- endif -%}
    {%- do waymark._raise_errors(errors) -%}
{% endmacro %}
