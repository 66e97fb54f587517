"""What a load balancer and the supervisor ask: does it live, and is everything there that work needs."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow

pages = Blueprint("operation", __name__)


@pages.get("/healthz")
@allow(Permission.PUBLIC)
def healthz() -> Response:
    """This process answers; whatever else is wrong, starting it again would not help."""
    return Response("alive\n", mimetype="text/plain")


@pages.get("/readyz")
@allow(Permission.PUBLIC)
def readyz() -> tuple[Response, int]:
    """Database, Redis and a live worker: 200 when all three are there, 503 when one is not, and which."""
    workers = context.ports().bell.workers(context.unshifted())
    there = {"database": _database_answers(), "redis": workers is not None, "worker": bool(workers)}
    return jsonify(there), 200 if all(there.values()) else 503


def _database_answers() -> bool:
    try:
        return context.session().execute(text("SELECT 1")).scalar() == 1
    except SQLAlchemyError:
        return False
