{% macro condition_sql(events, condition) %}
    {%- if 'any' in condition -%}
        {%- set alternatives = [] -%}
        {%- for branch in condition['any'] -%}
            {%- do alternatives.append(waymark.conditions_sql(events, branch)) -%}
        {%- endfor -%}
        {{ return('(' ~ (alternatives | join(' or ')) ~ ')') }}
    {%- endif -%}

    {%- set operator = condition.operator -%}
    {%- set value = condition.value -%}
    {%- set text = waymark.event_property(events, condition.property) -%}
    {%- set number = waymark.try_cast(text, waymark.sql_type('double')) -%}
    {%- set comparisons = {'gt': '>', 'gte': '>=', 'lt': '<', 'lte': '<='} -%}

    {%- if operator == 'not_equals' -%}
        {%- set equal = waymark.condition_sql(
            events, {'property': condition.property, 'operator': 'equals', 'value': value}
        ) -%}
        {{ return('not coalesce(' ~ equal ~ ', false)') }}
    {%- elif operator == 'in' -%}
        {%- set alternatives = [] -%}
        {%- for item in value -%}
            {%- do alternatives.append(waymark.condition_sql(
                events, {'property': condition.property, 'operator': 'equals', 'value': item}
            )) -%}
        {%- endfor -%}
        {{ return('(' ~ (alternatives | join(' or ')) ~ ')') }}
    {%- elif operator == 'equals' and value is boolean -%}
        {{ return("lower(" ~ text ~ ") in " ~ ("('true', '1')" if value else "('false', '0')")) }}
    {%- elif operator == 'equals' and value is number -%}
        {{ return(number ~ ' = ' ~ value) }}
    {%- elif operator == 'equals' -%}
        {{ return(text ~ ' = ' ~ waymark.text_literal(value)) }}
    {%- elif operator in comparisons -%}
        {{ return(number ~ ' ' ~ comparisons[operator] ~ ' ' ~ value) }}
    {%- elif operator == 'contains' -%}
        {{ return(waymark.text_position(waymark.text_literal(value), text) ~ ' > 0') }}
    {%- elif operator == 'starts_with' -%}
        {{ return('left(' ~ text ~ ', ' ~ (value | length) ~ ') = ' ~ waymark.text_literal(value)) }}
    {%- elif operator == 'ends_with' -%}
        {{ return('right(' ~ text ~ ', ' ~ (value | length) ~ ') = ' ~ waymark.text_literal(value)) }}
    {%- elif operator == 'matches' -%}
        {{ return(waymark.regex_matches(text, value)) }}
    {%- else -%}
        {{ return('nullif(' ~ text ~ ", '') is " ~ ('not null' if (operator == 'exists') == value else 'null')) }}
    {%- endif -%}
{% endmacro %}
