"""How the pages are served: `gunicorn wsgi:app` reads this file by itself, and so does `procurement up`.

Many threads rather than few: a slow upload holds one for as long as it lasts, and a firm that presses Submit in the
last minute must not wait for it.
"""

import os

bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
workers = 2
threads = 48
# a worker whose main thread is silent for this long is stuck; slow requests do not count, their threads wait apart
timeout = 60
graceful_timeout = 25
# longer than what proxies keep a connection open for, so that they close first and no press meets a closed one
keepalive = 75
# a control socket in somebody's home is one door more than is needed
control_socket_disable = True
# heartbeats in memory: on a slow disk they stall, and a healthy worker is taken for a stuck one
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  heartbeat files hold nothing
errorlog = "-"
loglevel = "warning"
