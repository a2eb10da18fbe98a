{% macro refresh_plan(upstream=none, definitions={}) %}
    {#- What this run of a `refreshed` model has to do. The whole table is built unless it stands, its
        bookkeeping does, and nothing that the bookkeeping cannot follow has happened since. -#}
    {%- set upstreams = [upstream] if upstream is string else upstream or [] -%}
    {%- set changes = [] -%}
    {%- for name in upstreams -%}
        {%- do changes.append(name if name == 'source_loads' else 'visitor_changes') -%}
    {%- endfor -%}
    {%- if model.resource_type == 'model' -%}
        {#- dbt must meet a ref while parsing to allow it later. -#}
        {%- for needed in ['refresh_state'] + changes + upstreams -%}{%- do ref(needed) -%}{%- endfor -%}
    {%- endif -%}
    {%- set name = model.name -%}
    {%- set now = (run_started_at.timestamp() * 1000000) | int -%}
    {%- set plan = {
        'model': name, 'is_partial': false, 'since': 0, 'revision': now,
        'definitions': definitions, 'stale': definitions.keys() | list, 'gone': [],
        'is_current': false, 'is_configured': false, 'is_behind': false, 'is_uneven': false,
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
    {%- set last = own.get('', {}).get('revision') or 0 -%}
    {%- set hashes = {} -%}
    {%- for definition, state in own.items() -%}{%- do hashes.update({definition: state.config_hash}) -%}{%- endfor -%}
    {%- set is_sealed = last > 0 and own[''].config_hash == waymark._refresh_seal(last, hashes) -%}
    {%- for definition in hashes if definition not in definitions and hashes[definition]
        and definition and not definition.startswith(':') -%}
        {%- do plan.gone.append(definition) -%}
    {%- endfor -%}

    {#- A table is as far as the one that is furthest behind of those that it reads. -#}
    {%- set reached = [] -%}
    {%- for id in model.depends_on.nodes
        if id.startswith('model.waymark.') and graph.nodes[id].config.materialized == 'refreshed' -%}
        {%- set read = graph.nodes[id].name -%}
        {%- set configured = states.get(read, {}).get(':config') -%}
        {%- if configured -%}
            {%- do plan.update({
                'is_configured': true,
                'is_behind': plan.is_behind or configured.config_hash != waymark._config_version(),
            }) -%}
        {%- endif -%}
        {%- if read not in [
            'goals', 'goal_events', 'funnel_definitions', 'experiment_definitions', 'experiment_metrics',
        ] -%}
            {%- set revision = states.get(read, {}).get('', {}).get('revision') or 0 -%}
            {#- What --empty has emptied in this run says nothing about the rest. -#}
            {%- do reached.append(now if flags.EMPTY and revision < 1 else revision) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if upstreams -%}
        {%- do plan.update({'revision': reached | min, 'is_uneven': (reached | min) < (reached | max)}) -%}
    {%- else -%}
        {#- Never earlier than the last one, whatever the clock says. -#}
        {%- do plan.update({'revision': [now, last + 1 if is_sealed else now] | max}) -%}
    {%- endif -%}
    {%- set wholes = [0] -%}
    {%- for one in upstreams -%}
        {%- do wholes.append(states.get(one, {}).get(':whole', {}).get('sequence') or 0) -%}
    {%- endfor -%}
    {%- if should_full_refresh() or load_relation(this) is none or not is_sealed or last > plan.revision
        or own[''].sequence < wholes | max -%}
        {{ return(plan) }}
    {%- endif -%}
    {%- if name in ['source_loads', 'visitor_changes']
        and run_query(waymark._rows_seal(name, this)).rows[0][0] != hashes[':rows'] -%}
        {{ return(plan) }}
    {%- endif -%}

    {%- set stale = [] -%}
    {%- for definition, config_hash in definitions.items() if hashes[definition] != config_hash -%}
        {%- do stale.append(definition) -%}
    {%- endfor -%}
    {%- do plan.update({'is_partial': true, 'since': last, 'stale': stale}) -%}
    {%- if changes and not stale and not plan.gone -%}
        {%- set news = [] -%}
        {%- for name in changes | unique if not waymark.no_rows_between(ref(name), last, plan.revision) -%}
            {%- do news.append(name) -%}
        {%- endfor -%}
        {%- do plan.update({'is_current': not news}) -%}
    {%- endif -%}
    {{ return(plan) }}
{% endmacro %}
