{% macro _conditions(path, where, errors) %}
    {#- Any accepted spelling of `where` becomes a list of conditions that must all hold:
        {property, operator, value} or {any: [list of conditions, ...]}. -#}
    {%- set operators = waymark._configuration_keys('operators') -%}
    {%- set conditions = [] -%}
    {%- set pairs = [] -%}
    {%- if where is mapping -%}
        {%- for property in where -%}{%- do pairs.append([property, where[property]]) -%}{%- endfor -%}
    {%- elif where is string or where is not iterable -%}
        {%- do errors.append(
            path ~ ' must be a mapping such as {page_path: {starts_with: /pricing}}, found ' ~ (where | tojson) ~ '.'
        ) -%}
    {%- else -%}
        {%- for item in where -%}
            {%- if item is not mapping -%}
                {%- do errors.append(
                    path ~ '[' ~ loop.index ~ '] must be a mapping, found ' ~ (item | tojson) ~ '.'
                ) -%}
            {%- elif 'property' in item -%}
                {%- set test = {} -%}
                {%- for key in item if key != 'property' -%}{%- do test.update({key: item[key]}) -%}{%- endfor -%}
                {%- if 'operator' in test -%}
                    {%- set test = {test['operator']: test.get('value', true)} -%}
                {%- endif -%}
                {%- do pairs.append([item['property'], test]) -%}
            {%- else -%}
                {%- for property in item -%}{%- do pairs.append([property, item[property]]) -%}{%- endfor -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}

    {%- for property, test in pairs -%}
        {%- set here = path ~ '.' ~ property -%}
        {%- if property == 'any' and test is not mapping and test is not string and test is iterable -%}
            {%- set branches = [] -%}
            {%- for branch in test -%}
                {%- do branches.append(waymark._conditions(here ~ '[' ~ loop.index ~ ']', branch, errors)) -%}
            {%- endfor -%}
            {%- do conditions.append({'any': branches}) -%}
        {%- elif property is not string -%}
            {%- do errors.append(here ~ ': a property name must be a text. Put it in quotes.') -%}
        {%- else -%}
            {%- if test is none -%}
                {%- set test = {'missing': true} -%}
            {%- elif test is not mapping and test is iterable and test is not string -%}
                {%- set test = {'in': test} -%}
            {%- elif test is not mapping -%}
                {%- set test = {'equals': test} -%}
            {%- elif not test -%}
                {%- do errors.append(here ~ ' has no condition. Use one of ' ~ (operators | join(', ')) ~ '.') -%}
            {%- endif -%}
            {%- for operator in test -%}
                {%- set value = test[operator] -%}
                {%- set is_list = value is iterable and value is not string and value is not mapping -%}
                {%- set found = ', found ' ~ (value | tojson) ~ '.' -%}
                {%- if operator not in operators -%}
                    {%- do errors.append(
                        here ~ ': ' ~ operator ~ ' is not an operator. Use one of ' ~ (operators | join(', ')) ~ '.'
                        ~ waymark._did_you_mean(operator, operators)
                    ) -%}
                {%- elif operator == 'in' and (not is_list or not value) -%}
                    {%- do errors.append(here ~ '.in needs a list of values' ~ found) -%}
                {%- elif operator in ['gt', 'gte', 'lt', 'lte'] and (value is not number or value is boolean) -%}
                    {%- do errors.append(here ~ '.' ~ operator ~ ' needs a number' ~ found) -%}
                {%- elif operator in ['exists', 'missing'] and value is not boolean -%}
                    {%- do errors.append(here ~ '.' ~ operator ~ ' needs true or false' ~ found) -%}
                {%- elif operator in ['contains', 'starts_with', 'ends_with', 'matches']
                    and (value is not string or value == '') -%}
                    {%- do errors.append(here ~ '.' ~ operator ~ ' needs a text' ~ found) -%}
                {%- elif operator in ['equals', 'not_equals'] and (value is mapping or is_list or value is none) -%}
                    {%- do errors.append(here ~ '.' ~ operator ~ ' needs one text, number or boolean' ~ found) -%}
                {%- else -%}
                    {%- do conditions.append({'property': property, 'operator': operator, 'value': value}) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(conditions) }}
{% endmacro %}
