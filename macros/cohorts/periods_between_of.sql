{% macro periods_between_of(unit, earlier, later) -%}
    case {{ unit }}
        {% for period in ['day', 'week', 'month'] -%}
        when '{{ period }}' then {{ waymark.periods_between(earlier, later, period) }}
        {% endfor -%}
    end
{%- endmacro %}
