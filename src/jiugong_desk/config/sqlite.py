"""Use the SQLite that ships with pysqlite3, where it is installed.

Debian 12 links 3.40.1, which has the WAL-reset race that can corrupt a database (fixed in 3.51.3). Must run before
Django's SQLite backend is imported; settings.py does so.
"""

from __future__ import annotations

import sys


def prefer_bundled_sqlite() -> None:
    try:
        import pysqlite3
    except ImportError:  # not on Linux: the interpreter's own
        return
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
