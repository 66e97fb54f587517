"""How often something may be tried: counted in Redis for all processes together, in memory where Redis is not there.

Addresses are those of the connection; a header that a client sends counts only where TRUSTED_PROXIES says so.
"""

import math
import time
from dataclasses import dataclass
from typing import Any, cast

import structlog
from flask import Flask, current_app, request
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError
from werkzeug.exceptions import TooManyRequests

from procurement.web import context

log = structlog.get_logger()
COUNTER_TIMEOUT = 0.5  # seconds that a page waits for Redis before it counts by itself

# Wrong passwords; successes do not count (docs/threats.md 46). Few from one address for one account, so that a stranger
# elsewhere does not lock the owner out, nor twenty mistakes of others everybody behind one exit of a university; many
# for one account wherever they come from; many from one address, whosever accounts they are for. A browser in which the
# account's owner has signed in before is counted by itself.
SIGN_IN_PAIR = RateLimitItemPerMinute(10, 15, namespace="sign-in-pair")
SIGN_IN_ACCOUNT = RateLimitItemPerHour(100, 1, namespace="sign-in-account")
SIGN_IN_ADDRESS = RateLimitItemPerMinute(200, 15, namespace="sign-in-address")
SIGN_UP_ADDRESS = RateLimitItemPerHour(30, 1, namespace="sign-up-address")
SIGN_UP_ACCOUNT = RateLimitItemPerHour(5, 1, namespace="sign-up-account")
PASSWORD_ADDRESS = RateLimitItemPerHour(30, 1, namespace="password-address")
PASSWORD_ACCOUNT = RateLimitItemPerHour(5, 1, namespace="password-account")
LINK_ADDRESS = RateLimitItemPerHour(60, 1, namespace="link-address")
QUESTION_PERSON = RateLimitItemPerHour(40, 1, namespace="question-person")
INVITE_PERSON = RateLimitItemPerHour(30, 1, namespace="invite-person")
UNSENT_FORM_ADDRESS = RateLimitItemPerHour(120, 1, namespace="kept-address")


@dataclass
class Counters:
    """The counters of one app: in Redis, and beside it those of this process alone."""

    shared: FixedWindowRateLimiter | None
    own: FixedWindowRateLimiter


def install(app: Flask) -> None:
    """Give an app its counters; done when the account pages join it."""
    url = context.app_state_of(app).config.redis_url
    app.extensions["counters"] = Counters(_shared(url), FixedWindowRateLimiter(MemoryStorage()))


def _shared(url: str) -> FixedWindowRateLimiter | None:
    if not url:
        return None
    patience: dict[str, Any] = {"socket_timeout": COUNTER_TIMEOUT, "socket_connect_timeout": COUNTER_TIMEOUT}
    storage = storage_from_string(url.replace("unix://", "redis+unix://", 1), **patience)
    return FixedWindowRateLimiter(cast(Storage, storage))


def count(limit: RateLimitItem, key: str = "") -> None:
    """Count one try of `key` (the client's address, if none is given). Raises TooManyRequests when that is too many."""
    _ask(limit, key, "hit")


def check(limit: RateLimitItem, key: str = "") -> None:
    """As `count`, without counting: for what counts only when it fails."""
    _ask(limit, key, "test")


def forget(limit: RateLimitItem, key: str) -> None:
    """What was counted for `key` no longer matters: it was the right person."""
    counters: Counters = current_app.extensions["counters"]
    for limiter in filter(None, (counters.shared, counters.own)):
        try:
            limiter.clear(limit, key)
        except (RedisError, OSError):
            log.warning("rate limits cannot be cleared in Redis")


def _ask(limit: RateLimitItem, key: str, how: str) -> None:
    counters: Counters = current_app.extensions["counters"]
    key = key or request.remote_addr or "nobody"
    limiter = counters.shared or counters.own
    try:
        fine = getattr(limiter, how)(limit, key)
    except (RedisError, OSError):
        log.warning("rate limits are counted by this process alone: Redis does not answer")
        limiter = counters.own
        fine = getattr(limiter, how)(limit, key)
    if not fine:
        seconds = max(1, math.ceil(limiter.get_window_stats(limit, key).reset_time - time.time()))
        raise TooManyRequests(retry_after=seconds)
