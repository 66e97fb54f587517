"""The ids under which open data goes: made from the settings at the first publication, and never derived again."""

from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.queries import installation as installation_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules import references
from procurement.rules.published import PublishedAward, PublishedCall
from procurement.rules.settings import placeholders
from procurement.services.act import Act
from procurement.services.refusal import Refusal
from workflows.definition import Standard


def require_identity(act: Act) -> None:
    """Nothing is published under another publisher's name, or nobody's: Refusal until the operator has set the prefixes
    that the two standards give out. A demonstration publishes under the standards' own examples."""
    installation = installation_queries.find(act.session)
    if installation is None or installation.demonstration:
        return
    if missing := placeholders(installation_queries.settings(act.session, act.today)):
        raise Refusal(*missing)


def identify(act: Act, call: Call) -> str:
    """The OCID of a challenge, or what the ids of a fund's grants begin with; written the first time it is asked for,
    so that a prefix that is changed while the call lives changes nothing."""
    if call.open_data_id is None:
        settings = installation_queries.settings(act.session, act.today)
        challenge = workflows_queries.standard_of(call) is Standard.OCDS
        call.open_data_id = references.ocid(settings["ocid_prefix" if challenge else "grant_prefix"], call.ref)
    return call.open_data_id


def identify_grant(award: Award, call: PublishedCall, published: PublishedAward) -> str:
    """The id of a grant in 360Giving, likewise."""
    if award.grant_id is None:
        award.grant_id = f"{call.open_data_id}-{references.public_id(published.number)}"
    return award.grant_id
