"""A grant whose amount is what its table of costs comes to, and what firms of the demonstration type in it."""

from decimal import Decimal

from procurement.queries import calls as calls_queries
from procurement.rules.questions import Purpose, Question, layout_to_plain, list_kinds
from procurement.seeding.parts import Part, stage_of
from procurement.services import questions
from procurement.services.act import Act

SHARES = {"Wages": 60, "Materials and hire": 25, "Overheads": 15}  # per cent of all costs
OF_COSTS = Decimal("0.8")  # what is asked for, as `plans.funds.COSTS` says


def ask_for_costs(act: Act, part: Part) -> None:
    """The amount is asked for as a table of costs, where the plan of the stage says so."""
    if not part.says.costs:
        return
    stage = stage_of(act.session, part)
    row = next(each for each in calls_queries.questions_of(act.session, stage.id) if each.purpose == Purpose.AMOUNT)
    kind = next(each for each in list_kinds(Purpose.AMOUNT) if each.setting("rates") is not None)
    values = {name: getattr(row, name) for name in questions.QUESTION_FIELDS}
    values |= {"kind": kind.key, "layout": layout_to_plain(part.says.costs)}
    questions.save_question(act, stage.id, row.key, values, version=calls_queries.question_mark(row))
    act.session.flush()


def costs_typed(question: Question, amount: int) -> str:
    """A table that asks for an amount: each line in two halves, none of which has pence."""
    all_costs = Decimal(amount) / OF_COSTS
    sent = {}
    for place, (line, share) in enumerate(SHARES.items(), 1):
        spent = int(all_costs * share / 100)
        sent[f"costs-p1-l{place}-line"] = line
        sent |= {f"costs-p1-l{place}-k1": str(spent // 2), f"costs-p1-l{place}-k2": str(spent - spent // 2)}
    return question.kind.typed(sent, "costs")
