"""dbt without what takes half of the time of a command on little data and gives no rows.

python quick_dbt.py run --target postgres    # dbt in a process of its own
"""

import sys
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from dbt.cli.main import cli
from dbt.parser.schema_generic_tests import SchemaGenericTestParser
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager import EventManager

fire_event = EventManager.fire_event


def fire_unless_debug(self, event, level=None, *arguments, **options):
    if (level or event.level_tag()) != EventLevel.DEBUG:
        fire_event(self, event, level, *arguments, **options)


@contextmanager
def quickly(arguments):
    """Yields the arguments of a command for as long as dbt makes no events of what it does within.

    Commands that only make rows parse none of the 830 data tests, either; the others trust no
    manifest that these have left behind.
    """
    only_rows = arguments[0] in ("run", "seed")
    only_rows |= bool({"model", "--inline", "test_type:singular"} & {*arguments})
    with ExitStack() as patches:
        patches.enter_context(patch.object(EventManager, "fire_event", fire_unless_debug))
        if only_rows:
            patches.enter_context(
                patch.object(SchemaGenericTestParser, "parse_tests", lambda *_: None)
            )
        yield [*arguments, *([] if only_rows else ["--no-partial-parse"])]


def main():
    with quickly(sys.argv[1:]) as arguments:
        cli(arguments)


if __name__ == "__main__":
    main()
