{% macro is_doctor_run() %}
    {#- Whether the doctor is called by itself: nothing of `events` is built or tested in this run. -#}
    {%- set events = 'model.waymark.events' -%}
    {%- for id in (selected_resources if execute else []) -%}
        {%- if id == events or graph.nodes.get(id, {}).get('attached_node') == events -%}
            {{ return(false) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(true) }}
{% endmacro %}
