{% macro period_start_of(unit, timestamp, week_start) -%}
    {#- The unit is a column: day, week or month. -#}
    case {{ unit }}
        {% for period in ['day', 'week', 'month'] -%}
        when '{{ period }}' then {{ waymark.period_start(timestamp, period, week_start) }}
        {% endfor -%}
    end
{%- endmacro %}
