{% macro prune_refresh_state() %}
    {#- Of each definition only the last row counts. -#}
    {%- if is_incremental() and waymark.can_refresh() -%}
    delete from {{ this }}
    where sequence_number not in (
        select max(latest.sequence_number)
        from {{ this }} as latest
        group by latest.model_name, latest.definition
    )
    {%- endif -%}
{% endmacro %}
