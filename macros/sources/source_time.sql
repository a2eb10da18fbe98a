{% macro source_time(source, text, parsed, local_epochs=false) -%}
    {#- A text with an offset, and an epoch, say themselves when it was; a wall-clock time is of the property's zone. -#}
    {%- set zones = {} -%}
    {%- for input in source.inputs if (input.timezone or 'UTC') != 'UTC' -%}
        {%- do zones.update({source.inputs.index(input): input.timezone}) -%}
    {%- endfor -%}
    {%- if not zones -%}{{ return(parsed) }}{%- endif -%}
    case
        when {{ waymark.regex_matches(text, ':[0-9]{2}([.][0-9]+)? ?([zZ]|UTC|[+-][0-9]{2}(:?[0-9]{2})?)$') }}
            {%- if not local_epochs %}
            or {{ waymark.regex_matches(text, '^[0-9.]+$') }}
            {%- endif %}
            then {{ parsed }}
        {%- for number, zone in zones.items() %}
        when input_number = {{ number }} then {{ waymark.to_utc(parsed, zone) }}
        {%- endfor %}
        else {{ parsed }}
    end
{%- endmacro %}
