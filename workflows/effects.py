"""What may follow a move, by name: `procurement/services/effects` says what each one does."""

EFFECTS = frozenset(
    {
        "freeze_call",
        "publish_acceptance",
        "publish_call",
        "publish_cancellation",
        "publish_confirmation",
        "publish_refusal",
        "request_ineligible_letter",
        "request_letters",
        "request_opening_record",
        "request_promotion_letter",
        "request_summaries",
        "send_receipt",
        "tell_applicants_cancelled",
        "tell_approvers",
        "tell_assessor_returned",
        "tell_author",
        "tell_officers_conflict",
        "tell_officers_declined",
        "tell_officers_left",
        "tell_team_left",
        "tell_team_not_submitted",
        "tell_team_promoted",
        "tell_team_released",
        "tell_team_reopened",
        "tell_team_withdrawn",
    }
)
