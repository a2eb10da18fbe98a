{% macro with_row_ids(rows, columns) -%}
    {#- Equal rows of one file are events of one second, each counted by the system itself. A row that
        is in two files was exported twice: it has the same number, and so the same id, in both. -#}
    {%- set texts = [] -%}
    {%- for column in columns -%}{%- do texts.append('coalesce(' ~ column ~ ", '')") -%}{%- endfor -%}
    select
        numbered.*,
        case
            when raw_row is null then null
            when copy_number = 1 then content_id
            else content_id || '-' || cast(copy_number as {{ dbt.type_string() }})
        end as row_id
    from (
        select
            hashed.*,
            row_number() over (partition by source_shard, content_id order by raw_row) as copy_number
        from (
            select
                {{ rows }}.*,
                {{ dbt.hash(texts | join(" || '|' || ")) }} as content_id
            from {{ rows }}
        ) as hashed
    ) as numbered
{%- endmacro %}
