{% macro _read_config() %}
    {%- set errors = [] -%}
    {%- set known = waymark._configuration_keys('settings') -%}
    {%- set given = {} -%}
    {%- for key in known -%}{%- do given.update({key: waymark._plain(waymark.get_config(key))}) -%}{%- endfor -%}
    {%- set goals = waymark._load_goals(given, errors) -%}
    {%- set funnels = waymark._load_funnels(given, goals, errors) -%}
    {%- set together = var('waymark', none) -%}
    {%- if together is mapping -%}
        {%- for key in together if key not in known -%}
            {%- do errors.append(
                key ~ ' is not a setting. Known: ' ~ (known | join(', ')) ~ '.' ~ waymark._did_you_mean(key, known)
            ) -%}
        {%- endfor -%}
    {%- endif -%}

    {%- set settings = waymark._options(none, given, known, errors) -%}
    {%- if not modules.re.match('^[A-Za-z0-9_+/-]+$', settings.timezone) -%}
        {%- do errors.append(
            'timezone must be an IANA name such as Europe/Berlin, found ' ~ (settings.timezone | tojson) ~ '.'
        ) -%}
    {%- endif -%}
    {%- set segment_properties = settings.segment_properties -%}
    {%- if segment_properties is string or segment_properties is mapping or segment_properties is not iterable
        or segment_properties | reject('string') | list
        or segment_properties | length != segment_properties | unique(case_sensitive=true) | list | length -%}
        {%- do errors.append(
            'segment_properties must be a list of different names of properties, found '
            ~ (segment_properties | tojson) ~ '.'
        ) -%}
        {%- set segment_properties = [] -%}
    {%- endif -%}
    {%- for name in segment_properties if name in ['device_category', 'channel', 'campaign', 'country', 'cohort', 'all', ''] -%}
        {%- do errors.append('segment_properties: ' ~ (name | tojson) ~ ' is a dimension without being named here.') -%}
    {%- endfor -%}
    {%- set relations = settings.relations or {} -%}
    {%- if relations is not mapping -%}
        {%- do errors.append('relations must be a mapping from seed to table, found ' ~ (relations | tojson) ~ '.') -%}
    {%- else -%}
        {%- do waymark._check_keys('relations', relations, waymark._configuration_keys('relations'), errors) -%}
        {%- for name in relations if relations[name] and relations[name] is not string -%}
            {%- do errors.append(
                'relations.' ~ name ~ ' must be a text such as "{{ ref(\'shop\', \'' ~ name ~ '\') }}", found '
                ~ (relations[name] | tojson) ~ '.'
            ) -%}
        {%- endfor -%}
    {%- endif -%}

    {%- set config = dict(
        settings,
        sources=waymark._load_sources(given, errors),
        goals=goals,
        funnels=funnels,
        cohorts=waymark._load_cohorts(given, goals, errors),
        experiments=waymark._load_experiments(given, goals, funnels, errors),
        given=given,
        segment_properties=segment_properties,
    ) -%}
    {%- do waymark._raise_errors(errors) -%}
    {{ return(config) }}
{% endmacro %}
