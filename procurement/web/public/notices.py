"""Published notices, as pages that never change."""

from flask import Blueprint, render_template

from procurement.models.register import RegisterNotice
from procurement.queries import register as register_queries
from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow

pages = Blueprint("notices", __name__)


@pages.get("/notices")
@allow(Permission.PUBLIC)
def index() -> str:
    return render_template("public/notices/index.html", notices=register_queries.list_notices(context.session()))


@pages.get("/notices/<public_id>")
@allow(Permission.PUBLIC, register_queries.find_notice)
def show(notice: RegisterNotice, public_id: str) -> str:
    return render_template("public/notices/show.html", notice=notice, content=notice.content)
