"""The first page: what is open, what closes next, and where the money went."""

from flask import Blueprint, render_template

from procurement.queries import calls as calls_queries
from procurement.queries import register as register_queries
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import Permission
from procurement.web.access import allow
from procurement.web.context import now, session
from procurement.web.public.call_texts import card

pages = Blueprint("home", __name__)
SHOWN = 5


@pages.get("/")
@allow(Permission.PUBLIC)
def show() -> str:
    found = calls_queries.list_public(session(), calls_queries.Search(statuses=("open", "upcoming")), now(), whole=True)
    stages = stages_queries.of_calls(session(), [call.id for call in found])
    cards = [card(call, stages[call.id], now()) for call in found]
    opened = [each for each in cards if each.status == "open"]
    everything = register_queries.Search()
    return render_template(
        "public/home/show.html",
        opened=opened[:SHOWN],
        upcoming=[each for each in cards if each.status == "upcoming"][:SHOWN],
        count=len(opened),
        awarded=register_queries.summary(register_queries.grouped(session(), everything), everything),
    )
