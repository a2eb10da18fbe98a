{% macro metric_value(metric, relation) -%}
    case {{ metric }}
        {% for name, count in [
            ('converters', 'completed_units'), ('completions', 'completions'), ('value', 'total_value'),
        ] -%}
        when '{{ name }}' then cast({{ relation }}.{{ count }} as {{ waymark.sql_type('double') }})
        {% endfor -%}
        {% for name, part, whole in [
            ('conversion_rate', 'completed_units', 'eligible_units'),
            ('retention_rate', 'completed_units', 'eligible_units'),
            ('value_per_unit', 'total_value', 'eligible_units'),
            ('value_per_completion', 'total_value', 'completions'),
        ] -%}
        when '{{ name }}' then {{ waymark.rate(relation ~ '.' ~ part, relation ~ '.' ~ whole) }}
        {% endfor -%}
    end
{%- endmacro %}
