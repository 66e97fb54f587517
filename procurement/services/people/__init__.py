"""People and organisations: accounts, how somebody is signed in, teams, and what an operator does."""

from procurement.services.people.accounts import (
    Origin,
    change_password,
    confirm,
    join_anew,
    rename,
    request_password,
    set_password,
    sign_up,
    typed_in,
)
from procurement.services.people.contests import contest, decide_contest
from procurement.services.people.operators import (
    add_person,
    disable,
    enable,
    grant_role,
    invite_again,
    revoke_role,
    sign_out_everywhere,
)
from procurement.services.people.organisations import NumberTaken, Profile, create_organisation, edit_organisation
from procurement.services.people.sign_ins import (
    begin_sign_in,
    check_password,
    end_all_sign_ins,
    end_sign_in,
    refresh,
    seen,
    sign_out,
)
from procurement.services.people.teams import accept, change_member, invite, remove_member, take_back
from procurement.services.people.tokens import LinkGone

__all__ = [
    "LinkGone",
    "NumberTaken",
    "Origin",
    "Profile",
    "accept",
    "add_person",
    "begin_sign_in",
    "change_member",
    "change_password",
    "check_password",
    "confirm",
    "contest",
    "create_organisation",
    "decide_contest",
    "disable",
    "edit_organisation",
    "enable",
    "end_all_sign_ins",
    "end_sign_in",
    "grant_role",
    "invite",
    "invite_again",
    "join_anew",
    "refresh",
    "remove_member",
    "rename",
    "request_password",
    "revoke_role",
    "seen",
    "set_password",
    "sign_out",
    "sign_out_everywhere",
    "sign_up",
    "take_back",
    "typed_in",
]
