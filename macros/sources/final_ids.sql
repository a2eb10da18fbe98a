{% macro final_ids(aliases, hops=4) -%}
    {#- An id may be renamed again and again; a circle of names ends, and leads somewhere in it. -#}
    select
        renamed_0.input_property as property_of_id,
        renamed_0.old_id as old_id,
        {% set ids = [] -%}
        {%- for hop in range(hops) -%}{%- do ids.insert(0, 'renamed_' ~ hop ~ '.new_id') -%}{%- endfor -%}
        coalesce({{ ids | join(', ') }}) as final_id
    from {{ aliases }} as renamed_0
    {%- for hop in range(1, hops) %}
    left join {{ aliases }} as renamed_{{ hop }}
        on
            renamed_{{ hop - 1 }}.new_id = renamed_{{ hop }}.old_id
            and renamed_{{ hop - 1 }}.input_property = renamed_{{ hop }}.input_property
    {%- endfor %}
{%- endmacro %}
