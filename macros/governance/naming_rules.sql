{% macro naming_rules(allowed=none, words=none, min_length=3, max_length=40) %}
    {%- set verbs = waymark.action_verbs() -%}
    {%- set participles = '[a-z]*[a-df-z]ed|' ~ (verbs.values() | join('|')) -%}
    {%- set actions = participles ~ '|' ~ (verbs | join('|')) -%}
    {%- set words = waymark.generic_words() if words is none else words -%}
    {%- set allowed_literals = ["''"] -%}
    {%- for name in (waymark.ga4_event_names() if allowed is none else allowed) -%}
        {%- do allowed_literals.append(waymark.text_literal(name)) -%}
    {%- endfor -%}

    {%- set snake_case = '^[a-z][a-z0-9]*(_[a-z0-9]+)*$' -%}
    {%- set repaired = 'case when ' ~ waymark.regex_matches('snake_case_name', snake_case)
        ~ ' then snake_case_name end' -%}

    {#- `view_cart` and `viewed_cart` become `cart_viewed`; other names need a person. -#}
    {%- set turned -%}
        case
            {%- for verb, participle in verbs.items() %}
            when substr(snake_case_name, 1, {{ verb | length + 1 }}) = '{{ verb }}_'
                then substr(snake_case_name, {{ verb | length + 2 }}) || '_{{ participle }}'
            {%- endfor %}
            when {{ waymark.regex_matches('snake_case_name', '^(' ~ participles ~ ')_') }}
                then {{ waymark.regex_replace('snake_case_name', '^(' ~ participles ~ ')_(.*)$', '\\2_\\1') }}
        end
    {%- endset -%}

    {{ return({
        'lower_snake_case': {
            'is_broken': 'not ' ~ waymark.regex_matches('object_name', snake_case),
            'message': 'Not lower snake_case: start with a letter, then a-z, 0-9 and single underscores.',
            'suggestion': repaired,
        },
        'no_hyphens_or_spaces': {
            'is_broken': waymark.regex_matches('object_name', '[\\s-]'),
            'message': 'A hyphen or a space, which tools quote, split or encode differently.',
            'suggestion': repaired,
        },
        'no_generic_names': {
            'is_broken': waymark.regex_matches('snake_case_name', '^((' ~ words | join('|') ~ '|[0-9]+)(_|$))+$'),
            'message': 'Says nothing about what happened: name the object and the action.',
            'suggestion': 'null',
        },
        'object_action_order': {
            'is_broken': 'not ' ~ waymark.regex_matches('snake_case_name', '_(' ~ actions ~ ')$')
                ~ ' and snake_case_name not in (' ~ allowed_literals | join(', ') ~ ')',
            'message': 'Not object first, action last.',
            'suggestion': turned,
        },
        'name_length': {
            'is_broken': 'length(object_name) not between ' ~ min_length ~ ' and ' ~ max_length,
            'message': 'Not ' ~ min_length ~ ' to ' ~ max_length ~ ' characters long.',
            'suggestion': 'null',
        },
    }) }}
{% endmacro %}
