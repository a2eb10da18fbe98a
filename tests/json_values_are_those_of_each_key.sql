{{ config(enabled=(project_name == 'waymark')) }}

-- Keys that are read together give what each of them gives alone, whatever the key or the value is.

{%- set keys = [
    'text', 'Text', 'decimal', 'exponent', 'large', 'yes', 'none', 'object', 'list', 'json', 'blank', 'lines',
    '$dollar', 'a.dot', 'a/slash', 'a~tilde', 'a "quote"', "an 'apostrophe'", 'a`tick', 'a\\backslash', '[in] brackets',
    '*', '0', 'absent',
] %}
{%- set documents = [
    '{"text": "ä ß", "Text": "another", "decimal": 1.10, "exponent": 1e5, "large": 12345678901234567890, "yes": true,'
    ~ ' "none": null, "object": {"b": [1, {"c": "d\\""}], "a": null}, "list": [], "json": "{\\"a\\": 1}", "blank": "",'
    ~ ' "lines": "one\\ntwo\\t\\u00e4", "$dollar": "d", "a.dot": "e", "a/slash": "f", "a~tilde": "g",'
    ~ ' "a \\"quote\\"": "h", "an \'apostrophe\'": "i", "a`tick": "j", "a\\\\backslash": "k",'
    ~ ' "[in] brackets": "l", "*": "m", "0": "n"}',
    '{"a": {"dot": 1}, "none": "null", "text": 0, "json": false, "0": [{"text": "inner"}]}',
    '{}',
] %}
{%- set columns, pairs, rows = {}, [], [] %}
{%- for key in keys %}
    {%- do columns.update({'value_' ~ loop.index: key}) %}
    {%- do pairs.append(['value_' ~ loop.index, waymark.json_value('document', key)]) %}
{%- endfor %}
{%- for document in documents + [none] %}
    {%- do rows.append([loop.index, document]) %}
{%- endfor %}

with

documents as (

    {{ waymark.literal_rows({'document_number': 'bigint', 'document': 'text'}, rows) }}

),

together as (

    {{ waymark.with_json_values('documents', 'document', columns, blanks=[]) }}

),

without_blanks as (

    {{ waymark.with_json_values(
        'documents', 'document', {'blank': 'blank', 'word': 'text'}, blanks=['', '0']
    ) }}

)

{% for column, alone in pairs -%}
select
    document_number,
    {{ waymark.text_literal(keys[loop.index0]) }} as name,
    {{ column }} as told
from together
where coalesce({{ column }}, 'null!') <> coalesce({{ alone }}, 'null!')

union all

{% endfor -%}
select
    document_number,
    'blanks' as name,
    coalesce(blank, word) as told
from without_blanks
where
    blank is not null
    or (document_number = 1 and word is null)
    or (document_number > 1 and word is not null)
