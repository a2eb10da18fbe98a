{% macro add_periods_of(unit, date, count) -%}
    case {{ unit }}
        {% for period in ['day', 'week', 'month'] -%}
        when '{{ period }}' then {{ waymark.add_periods(date, count, period) }}
        {% endfor -%}
    end
{%- endmacro %}
