{% macro _experiment_variants(path, options, errors) %}
    {%- set given = options.variants -%}
    {%- set weights = {} -%}
    {%- if given is mapping -%}
        {%- do weights.update(given) -%}
    {%- elif given is not none and given is not string and given is iterable -%}
        {%- for name in given -%}
            {%- if name in weights -%}
                {%- do errors.append(path ~ '.variants: ' ~ (name | tojson) ~ ' is named twice. Remove one of the two.') -%}
            {%- endif -%}
            {%- do weights.update({name: 1}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set bad = [] -%}
    {%- for name, weight in weights.items() -%}
        {%- if name is not string or name | trim == '' -%}
            {%- do bad.append(name) -%}
            {%- do errors.append(
                path ~ '.variants: ' ~ (name | tojson) ~ ' is no name. Write each variant as a text, in quotes if it is '
                ~ 'a number or true.'
            ) -%}
        {%- elif weight is not number or weight is boolean or weight <= 0 -%}
            {%- do bad.append(name) -%}
            {%- do errors.append(
                path ~ '.variants.' ~ name ~ ' must be its expected share as a number above 0, found '
                ~ (weight | tojson) ~ '.'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if weights | length < 2 or weights | length > 20 -%}
        {%- do errors.append(
            path ~ '.variants must be a list of 2 to 20 names, or a mapping from name to expected share, found '
            ~ (given | tojson) ~ '.'
        ) -%}
    {%- endif -%}
    {%- set control = options.control -%}
    {%- if weights and control not in weights -%}
        {%- do errors.append(
            path ~ '.control: ' ~ (control | tojson) ~ ' is none of the variants ' ~ (weights.keys() | join(', ')) ~ '.'
            ~ (waymark._did_you_mean(control, weights.keys() | select('string') | list) if control is string else '')
        ) -%}
    {%- endif -%}

    {%- set variants = [] -%}
    {%- if not bad -%}
        {%- for name, weight in weights.items() -%}
            {%- do variants.append({
                'number': loop.index, 'name': name, 'is_control': name == control,
                'share': weight / (weights.values() | sum),
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(variants) }}
{% endmacro %}
