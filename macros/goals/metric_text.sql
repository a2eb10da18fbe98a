{% macro metric_text(metric, value) -%}
    {%- set text = dbt.type_string() -%}
    case
        when {{ metric }} in ('conversion_rate', 'retention_rate')
            then cast(cast({{ value }} * 100 as decimal(18, 1)) as {{ text }}) || ' %'
        when {{ metric }} in ('converters', 'completions')
            then cast(cast({{ value }} as {{ dbt.type_bigint() }}) as {{ text }})
        else cast(cast({{ value }} as decimal(18, 2)) as {{ text }})
    end
{%- endmacro %}
