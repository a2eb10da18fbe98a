{{ config(**waymark.staging_table_config('matomo')) }}

{%- set source = waymark.staging_source('matomo') %}
{%- set variables = [] %}
{%- set columns = [
    'idvisit', 'idsite', 'idvisitor', 'user_id', 'visit_last_action_time', 'referer_type', 'referer_name',
    'referer_url', 'campaign_name', 'campaign_source', 'campaign_medium', 'config_device_type', 'config_os',
    'config_browser_name', 'location_country', 'location_region', 'location_city', 'location_browser_lang',
] %}
{%- for slot in range(1, 6) %}
    {%- do variables.append(['custom_var_k' ~ slot, 'custom_var_v' ~ slot]) %}
    {%- do columns.extend(variables | last) %}
{%- endfor %}
{#- Totals change with every action; addresses and fingerprints are nobody's business. -#}
{%- set known = columns + [
    'config_id', 'location_ip', 'profilable', 'visit_first_action_time', 'visit_goal_buyer',
    'visit_goal_converted', 'visitor_seconds_since_first', 'visitor_seconds_since_order',
    'visitor_seconds_since_last', 'visit_entry_idaction_name', 'visit_entry_idaction_url',
    'visit_exit_idaction_name', 'visit_exit_idaction_url', 'visit_total_actions',
    'visit_total_interactions', 'visit_total_searches', 'visit_total_events', 'visit_total_time',
    'last_idlink_va', 'visitor_localtime', 'config_browser_engine', 'config_browser_version',
    'config_client_type', 'config_device_brand', 'config_device_model', 'config_os_version',
    'config_resolution', 'config_cookie', 'config_flash', 'config_java', 'config_pdf',
    'config_quicktime', 'config_realplayer', 'config_silverlight', 'config_windowsmedia',
    'location_latitude', 'location_longitude',
] %}

with

log_visit as (

    {{ waymark._matomo_rows(source, 'log_visit', columns) }}

),

typed as (

    select
        raw_row,
        installation,
        {{ waymark._matomo_id('idvisit') }} as visit_id,
        {{ waymark._matomo_id('idsite') }} as site_id,
        {{ waymark.hex_id('idvisitor') }} as visitor_id,
        user_id,
        visit_last_action_time as last_action_at,
        {{ waymark._matomo_referrer_type() }} as referrer_type,
        referer_name as referrer_name,
        referer_url as referrer_url,
        campaign_name,
        campaign_source,
        campaign_medium,
        {{ waymark._decoded('config_device_type', {
            '0': 'desktop', '1': 'smartphone', '2': 'tablet', '3': 'feature phone',
            '4': 'console', '5': 'tv', '6': 'car browser', '7': 'smart display', '8': 'camera',
            '9': 'portable media player', '10': 'phablet', '11': 'smart speaker',
            '12': 'wearable', '13': 'peripheral',
        }) }} as device_type,
        {{ waymark._decoded('config_os', {
            'WIN': 'Windows', 'MAC': 'Mac', 'LIN': 'GNU/Linux', 'UBT': 'Ubuntu', 'DEB': 'Debian',
            'FED': 'Fedora', 'COS': 'Chrome OS', 'AND': 'Android', 'IOS': 'iOS', 'IPA': 'iPadOS',
            'ATV': 'tvOS', 'WAS': 'watchOS', 'ADR': 'Android TV', 'FIR': 'Fire OS',
            'HAR': 'HarmonyOS', 'TIZ': 'Tizen', 'WOS': 'webOS', 'WPH': 'Windows Phone',
            'XBX': 'Xbox', 'PS3': 'PlayStation',
        }) }} as operating_system,
        {{ waymark._decoded('config_browser_name', {
            'CH': 'Chrome', 'CM': 'Chrome Mobile', 'CI': 'Chrome Mobile iOS',
            'CV': 'Chrome Webview', 'CR': 'Chromium', 'HC': 'Headless Chrome', 'FF': 'Firefox',
            'FM': 'Firefox Mobile', 'F1': 'Firefox Mobile iOS', 'FK': 'Firefox Focus',
            'SF': 'Safari', 'MF': 'Mobile Safari', 'PS': 'Microsoft Edge',
            'IE': 'Internet Explorer', 'IM': 'IE Mobile', 'OP': 'Opera', 'OM': 'Opera Mobile',
            'OI': 'Opera Mini', 'OX': 'Opera GX', 'SB': 'Samsung Browser',
            'AN': 'Android Browser', 'BR': 'Brave', 'VI': 'Vivaldi',
            'DD': 'DuckDuckGo Privacy Browser', 'EC': 'Ecosia', 'YA': 'Yandex Browser',
            'UC': 'UC Browser', 'QQ': 'QQ Browser', 'HU': 'Huawei Browser', 'MU': 'MIUI Browser',
        }) }} as browser,
        location_country as country_code,
        location_region as region,
        location_city as city,
        location_browser_lang as language,
        -- the first custom dimension of visits is another one than the first of actions
        {{ waymark.json_merge(
            waymark.regex_replace(
                waymark._matomo_other_columns('row_values', known),
                '([{,] *)"(custom_dimension_[0-9]+)":', '\\1"visit_\\2":'
            ),
            waymark._matomo_variables(variables)
        ) }} as properties
    from log_visit

),

-- a visit grows until it ends, and dumps that overlap hold it twice
numbered as (

    select
        *,
        row_number() over (
            partition by installation, visit_id
            order by coalesce(last_action_at, '') desc, raw_row desc
        ) as version_number
    from typed
    where visit_id is not null

),

final as (

    select
        installation,
        visit_id,
        site_id,
        visitor_id,
        user_id,
        last_action_at,
        referrer_type,
        referrer_name,
        referrer_url,
        campaign_name,
        campaign_source,
        campaign_medium,
        device_type,
        operating_system,
        browser,
        country_code,
        region,
        city,
        language,
        properties
    from numbered
    where version_number = 1

)

select * from final
