{% macro refresh_plan(upstream=none, definitions={}) %}
    {#- What this run of a `refreshed` model has to do. The whole table is built unless it stands, its
        bookkeeping does, and nothing that the bookkeeping cannot follow has happened since. -#}
    {%- set changes = upstream if upstream in [none, 'source_loads'] else 'visitor_changes' -%}
    {%- if model.resource_type == 'model' -%}
        {#- dbt must meet a ref while parsing to allow it later. -#}
        {%- for needed in ['refresh_state', changes, upstream] if needed -%}{%- do ref(needed) -%}{%- endfor -%}
    {%- endif -%}
    {%- set name = model.name -%}
    {%- set now = (run_started_at.timestamp() * 1000000) | int -%}
    {%- set plan = {
        'model': name, 'is_partial': false, 'since': 0, 'revision': now,
        'definitions': definitions, 'stale': definitions.keys() | list, 'gone': [],
        'is_reset': false, 'is_current': false,
    } -%}
    {%- set assumed = waymark.get_config('assume_incremental') -%}
    {%- if assumed is not none -%}
        {#- Both forms of the SQL can be compiled without a database. -#}
        {%- do plan.update({'is_partial': assumed, 'since': 1, 'stale': []}) -%}
        {{ return(plan) }}
    {%- endif -%}
    {%- if not waymark._can_ask() or not waymark.can_refresh() -%}
        {{ return(plan) }}
    {%- endif -%}

    {%- set states = waymark._refresh_states() -%}
    {%- set own = states.get(name, {}) -%}
    {%- set last = own.get('', {}).get('revision') -%}
    {%- if upstream -%}
        {%- do plan.update({'revision': states.get(upstream, {}).get('', {}).get('revision') or 0}) -%}
    {%- else -%}
        {#- Never earlier than the last one, whatever the clock says. -#}
        {%- do plan.update({'revision': [now, (last or 0) + 1] | max}) -%}
    {%- endif -%}
    {%- if should_full_refresh() or load_relation(this) is none or not last or last > plan.revision -%}
        {{ return(plan) }}
    {%- endif -%}
    {%- if upstream and last < (states.get('visitor_changes', {}).get('reset', {}).get('revision') or 0) -%}
        {{ return(plan) }}
    {%- endif -%}

    {%- set stale = [] -%}
    {%- for definition, config_hash in definitions.items()
        if own.get(definition, {}).get('config_hash') != config_hash -%}
        {%- do stale.append(definition) -%}
    {%- endfor -%}
    {%- set gone = [] -%}
    {%- for definition, state in own.items() if definition not in definitions and state.config_hash -%}
        {%- do gone.append(definition) -%}
    {%- endfor -%}
    {%- do plan.update({'is_partial': true, 'since': last, 'stale': stale, 'gone': gone}) -%}
    {%- do plan.update({
        'is_current': changes is not none and not stale and not gone
        and waymark.no_rows_between(ref(changes), last, plan.revision)
    }) -%}
    {{ return(plan) }}
{% endmacro %}
