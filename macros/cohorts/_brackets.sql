{% macro _brackets(path, brackets, errors) %}
    {#- `[1, '2-3', [4, 7]]`: the cells after cell 0, each with its first and last interval. -#}
    {%- set cells = [] -%}
    {%- if brackets is string or brackets is mapping or brackets is not iterable or not brackets -%}
        {%- do errors.append(
            path ~ ".brackets must be a list of intervals such as [1, '2-3', [4, 7]], found " ~ (brackets | tojson) ~ '.'
        ) -%}
        {{ return([]) }}
    {%- endif -%}
    {%- for bracket in brackets -%}
        {%- set here = path ~ '.brackets[' ~ loop.index ~ ']' -%}
        {%- set text = bracket | join('-') if bracket is iterable and bracket is not string and bracket is not mapping
            else bracket | string -%}
        {%- set match = modules.re.match('^\\s*(\\d{1,4})\\s*(?:-\\s*(\\d{1,4})\\s*)?$', text) -%}
        {%- set first = match.group(1) | int if match else 0 -%}
        {%- set last = (match.group(2) or match.group(1)) | int if match else 0 -%}
        {%- if match is none or first < 1 or last > 1000 -%}
            {%- do errors.append(
                here ~ ': ' ~ (bracket | tojson)
                ~ " is not a bracket. Write one interval from 1 to 1000, or the first and the last: '2-3' or [2, 3]."
            ) -%}
        {%- elif last < first -%}
            {%- do errors.append(here ~ ': ' ~ text ~ ' ends before it begins. Write ' ~ last ~ '-' ~ first ~ '.') -%}
        {%- elif cells and first <= cells[-1].last -%}
            {%- do errors.append(
                here ~ ': ' ~ text ~ ' begins before ' ~ cells[-1].label
                ~ ' has ended. Brackets must follow one another and not overlap.'
            ) -%}
        {%- else -%}
            {%- do cells.append({
                'first': first, 'last': last, 'label': first | string if first == last else first ~ '-' ~ last,
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(cells) }}
{% endmacro %}
