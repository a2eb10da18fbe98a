"""Lists of recordings: names in any spelling, durations, zones, recordings listed twice."""

from exports import recordings


def recording(all_sources, source_property, number):
    (found,) = all_sources.values(
        "select tool, cast(recorded_at as varchar), duration_seconds, user_id, anonymous_id,"
        " landing_page_path, exit_page_path, pages, clicks"
        " from recordings where source_property = ? order by recording_id limit 1 offset ?",
        [source_property, number],
    )
    return found


def test_every_raw_row_is_accepted_or_rejected(all_sources):
    ((rows, rejected),) = all_sources.values(
        "select count(*), count(raw_payload) from stg_recordings__recordings"
    )
    assert rows == recordings.RAW_ROWS
    assert all_sources.values("""
        select count(*), count(raw_payload) from rejected_events where source_name = 'recordings'
    """) == [(rejected, rejected)]


def test_what_cannot_be_accepted_says_why(all_sources):
    assert all_sources.values("""
        select regexp_replace(reason, ' of .*', '') as why, count(*) from rejected_events
        where source_name = 'recordings' group by all order by all
    """) == [
        ("duplicate", 1),
        ("no recorded at", 1),
        ("unparseable duration seconds", 1),
        ("unparseable recorded at", 1),
    ]


def test_a_list_of_hotjar(all_sources):
    assert recording(all_sources, "shop", 0) == (
        "hotjar", "2026-03-01 10:00:00", 125, "user-0", None, "/products", "/cart", 3, 17,
    )  # fmt: skip


def test_a_list_of_clarity(all_sources):
    """Noon in Berlin is ten o'clock; an empty user is none."""
    assert recording(all_sources, "app", 0) == (
        "clarity", "2026-07-01 10:00:00", 3630, None, "0", "/", None, None, 1234,
    )  # fmt: skip


def test_names_can_be_mapped(all_sources):
    assert recording(all_sources, "own", 0)[:3] == (None, "2026-03-01 10:00:00", 12.5)
    assert recording(all_sources, "own", 1)[:3] == (None, "2026-03-01 11:00:00", None)
