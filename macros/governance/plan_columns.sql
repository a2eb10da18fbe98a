{% macro plan_columns() %}
    {#- A planned parameter is a property or one of these columns. -#}
    {{ return([
        'page_url', 'page_path', 'page_title', 'hostname', 'referrer_url', 'traffic_source', 'traffic_medium',
        'campaign', 'click_id', 'user_id', 'value', 'currency', 'transaction_id',
    ]) }}
{% endmacro %}
