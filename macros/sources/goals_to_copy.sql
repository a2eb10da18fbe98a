{% macro goals_to_copy(source) %}
    {#- dbt run-operation goals_to_copy --args '{source: matomo}' -#}
    {%- set goals = run_query(
        'select goal_yaml from ' ~ ref('stg_' ~ source ~ '__goals')
        ~ ' where not is_deleted order by goal_yaml'
    ) -%}
    {%- for goal in goals.columns[0].values() -%}{%- do print(goal) -%}{%- endfor -%}
{% endmacro %}
