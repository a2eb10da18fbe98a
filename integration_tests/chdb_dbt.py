"""dbt on an embedded ClickHouse: the client of dbt-clickhouse, with a folder in place of a server.

    WAYMARK_CHDB=folder python chdb_dbt.py build --target clickhouse
"""

import os

import clickhouse_connect

from quick_dbt import main

connect = clickhouse_connect.get_client


def connect_in_process(settings, **_):
    # A session is a matter of HTTP: here the connection is one.
    settings = {name: value for name, value in settings.items() if name != "session_id"}
    return connect(dsn=f"chdb://{os.path.abspath(os.environ['WAYMARK_CHDB'])}", settings=settings)


clickhouse_connect.get_client = connect_in_process

if __name__ == "__main__":
    main()
