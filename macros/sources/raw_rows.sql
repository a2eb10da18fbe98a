{% macro raw_rows(source, table=none, columns={}, blanks=['']) -%}
    {#- The new rows of a table of a source, or all of a side table. -#}
    {%- if columns -%}
        {{ return(waymark.with_json_values('(' ~ waymark.raw_rows(source, table) ~ ')', 'raw_row', columns, blanks)) }}
    {%- endif -%}
    {%- set table = table or source.tables.keys() | first -%}
    {%- set is_side = source.tables[table].get('is_side', false) -%}
    {%- set text = dbt.type_string() -%}
    {%- set parts = [] -%}
    {%- for input in source.inputs -%}
        {%- set number = loop.index0 -%}
        {%- set place = input.tables.get(table, {'relations': []}) -%}
        {%- for relation in (place.relations if place.relations is not none else [none]) if relation or waymark.reads_files() -%}
            {%- set part -%}
    select
        rows_of_table.raw_row,
        rows_of_table.malformed_line,
        {{ waymark.text_literal(input.property) if input.property else 'cast(null as ' ~ text ~ ')' }} as input_property
        {%- if not is_side %},
        {{ number }} as input_number,
        {% if relation -%}
        {{ waymark.text_literal(relation) }} as source_shard,
        '{{ run_started_at }} {{ source.fingerprint }}' as shard_version,
        {{ waymark.current_time_utc() }} as read_at
        {%- else -%}
        changed_files.filename as source_shard,
        changed_files.shard_version,
        changed_files.modified_at as read_at
        {%- endif %}
        {%- endif %}
    from ({{ waymark.table_rows(place, relation, is_side) }}) as rows_of_table
    {%- if not (relation or is_side) %}
    inner join changed_files on rows_of_table.filename = changed_files.filename
    {%- endif %}
            {%- endset -%}
            {%- do parts.append(part) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if not parts -%}
        {%- set columns = {'raw_row': 'text', 'malformed_line': 'text', 'input_property': 'text'} -%}
        {%- if not is_side -%}
            {%- do columns.update({
                'input_number': 'bigint', 'source_shard': 'text', 'shard_version': 'text', 'read_at': 'timestamp',
            }) -%}
        {%- endif -%}
        {{ return(waymark.empty_relation(columns)) }}
    {%- endif -%}
    {%- if source.files and not is_side and waymark.reads_files() -%}
    with

    changed_files as (

    {{ waymark.changed_files(source) }}

    )

    {% endif -%}
    {{ parts | join('\n\n    union all\n\n') }}
{%- endmacro %}
