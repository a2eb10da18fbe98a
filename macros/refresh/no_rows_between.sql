{% macro no_rows_between(relation, since, revision) %}
    {{ return(run_query(
        'select count(*) from ' ~ relation ~ ' where revision > ' ~ since ~ ' and revision <= ' ~ revision
    ).rows[0][0] == 0) }}
{% endmacro %}
