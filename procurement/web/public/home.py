"""The first page: what is open, and where the money went."""
from flask import Blueprint, render_template

from procurement.rules.permissions import Permission
from procurement.web.access import allow

pages = Blueprint("home", __name__)


@pages.get("/")
@allow(Permission.PUBLIC)
def show() -> str:
    return render_template("public/home/show.html")
