{% macro _breakdowns(path, options, errors) %}
    {%- set given = options.breakdowns -%}
    {%- set breakdowns = {} -%}
    {%- set properties = [] -%}

    {%- if given is string or given is mapping or given is not iterable -%}
        {%- do errors.append(
            path ~ '.breakdowns must be a list of property names, found ' ~ (given | tojson) ~ '.'
        ) -%}
        {{ return([]) }}
    {%- endif -%}

    {%- for entry in given -%}
        {%- set together = [entry] if entry is string or entry is mapping or entry is not iterable else entry -%}
        {%- if not together or together | reject('string') | list -%}
            {%- do errors.append(
                path ~ '.breakdowns[' ~ loop.index ~ '] must be a property name, or a list of them to combine, found '
                ~ (entry | tojson) ~ '.'
            ) -%}
        {%- elif 'all' in together -%}
            {%- do errors.append(
                path ~ ".breakdowns: 'all' is the name of the whole. It is always there, remove it."
            ) -%}
        {%- else -%}
            {%- set name = together | join(', ') -%}
            {%- do breakdowns.update({name: {'name': name, 'properties': together, 'limit': options.breakdown_limit}}) -%}
            {%- do properties.extend(together) -%}
        {%- endif -%}
    {%- endfor -%}

    {%- set properties = properties | unique(case_sensitive=true) | list -%}
    {%- if properties | length > 3 -%}
        {%- do errors.append(
            path ~ '.breakdowns names ' ~ (properties | length) ~ ' properties (' ~ (properties | join(', '))
            ~ '). At most 3 are possible.'
        ) -%}
    {%- endif -%}
    {{ return(breakdowns.values() | list) }}
{% endmacro %}
