"""What follows a move: the names used in the workflows, and what each one does. Effects only ask; they move nothing.

An effect is called `effect(act, thing, call, facts)` after the state was set and recorded.
"""

from procurement.services.effects import (
    applications,
    assessment,
    awards,
    calls,
    disqualification,
    leaving,
    outcomes,
    publications,
)

EFFECTS = {
    **calls.EFFECTS,
    **applications.EFFECTS,
    **assessment.EFFECTS,
    **awards.EFFECTS,
    **disqualification.EFFECTS,
    **leaving.EFFECTS,
    **outcomes.EFFECTS,
    **publications.EFFECTS,
}
