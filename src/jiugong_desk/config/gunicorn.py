"""How gunicorn runs the site: threads for waiting, two processes a core, no control socket, the address printed."""

from __future__ import annotations

import gc
import os
from typing import Any

from jiugong_desk.config import env

bind = f"127.0.0.1:{os.environ.get('JIUGONG_PORT', '8000')}"
workers = env.workers()
threads = 4
worker_class = "gthread"
graceful_timeout = 15
umask = 0o077
control_socket_disable = True
loglevel = "warning"
# Behind a reverse proxy on this machine the scheme is believed; from elsewhere it is not.
forwarded_allow_ips = "127.0.0.1"


def when_ready(server: Any) -> None:
    """Say where the site is, as soon as it listens."""
    print(f"九宫 Jiugong: http://{bind}/   (Ctrl+C 停止 / stops it)", flush=True)  # noqa: T201


def post_worker_init(worker: Any) -> None:
    """What is loaded now stays: without it a full collection looks at some thousand objects, not at half a million (80 ms
    for whoever's page it falls on).
    """
    from django.urls import get_resolver

    assert get_resolver().url_patterns  # the pages' modules, which otherwise come with the first request
    gc.collect()
    gc.freeze()
