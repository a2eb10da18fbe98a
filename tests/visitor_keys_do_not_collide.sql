{{ config(enabled=(project_name == 'waymark')) }}

-- A visitor key is 60 bits of a hash: it must stand for one user, or one device of one source.

with

identities as (

    select distinct
        visitor_key,
        visitor_id,
        case
            when visitor_key <> {{ waymark.surrogate_key("'user|' || visitor_id") }}
                then source_name
        end as source_of_device
    from {{ ref('events') }}
    where visitor_key is not null

)

select
    visitor_key,
    count(*) as identities
from identities
group by visitor_key
having count(*) > 1
