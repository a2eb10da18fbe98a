{% macro _cohort_cells(cohort) -%}
    {%- set rows = [] -%}
    {%- for cell in cohort.cells -%}{%- do rows.append([cell.first, cell.last, cell.label]) -%}{%- endfor -%}
    {{ waymark.literal_rows(
        {'interval_number': 'bigint', 'interval_end_number': 'bigint', 'interval_label': 'text'}, rows
    ) }}
{%- endmacro %}
