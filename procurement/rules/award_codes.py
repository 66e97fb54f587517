"""The codes in the table of published awards, and what each means."""

from procurement.rules.published import Scale
from procurement.rules.statuses import AwardStatus
from procurement.rules.vat import BASES

KINDS = {"contract": "Contract: a procurement", "grant": "Grant"}
STATUSES: dict[str, str] = {
    AwardStatus.PENDING: "In standstill: it stands once that is over",
    AwardStatus.SUSPENDED: "Suspended by a claim in court: it does not stand before that is lifted; pending in OCDS",
    AwardStatus.ACTIVE: "Stands",
    AwardStatus.CANCELLED: "Was refused or withdrawn, and stands no more",
    AwardStatus.UNSUCCESSFUL: "Did not come about",
}
SIZES: dict[str, str] = {
    Scale.MICRO: "Fewer than 10 staff",
    Scale.SMALL: "Fewer than 50 staff",
    Scale.MEDIUM: "Fewer than 250 staff, and a turnover up to £44m or a balance sheet up to £38m",
    Scale.SME: "Fewer than 250 staff, not said how many",
    Scale.LARGE: "250 staff or more, or a turnover above £44m and a balance sheet above £38m",
    Scale.SELF_EMPLOYED: "Works alone",
}
BASES_IN_DATA: dict[str, str] = {str(basis): str(words) for basis, words in BASES.items() if basis}
