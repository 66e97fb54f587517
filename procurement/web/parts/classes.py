"""What a call or a lot buys and where, as pages say it: codes with their words."""

from procurement.rules.classification import Classes, cpv_shown, place_words
from procurement.web import context
from procurement.web.filters import sentence


def bought_and_where(classes: Classes) -> tuple[str, str]:
    """Both in one line each; empty where nobody said."""
    authority = context.setting("authority_name")
    found = (place_words(place, authority) for place in classes.places)
    return "; ".join(map(cpv_shown, classes.cpv)), "; ".join(sentence(each) for each in found if each is not None)
