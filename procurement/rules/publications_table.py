"""What one publication of an award says, name by name, and what the questions about a call are as data.

A publication is kept byte for byte as its digest was taken of it, so that its names and its way to write a value (an
amount as text, an instant with its fractions of a second) are those of the day on which it was made. Where the other
forms of the data have another name for the same thing, it stands beside it.
"""

from procurement.rules.columns import Column, Type


def _of(kind: Type, name: str, about: str, example: str, elsewhere: str = "") -> Column:
    title = name.replace("[]", "").replace(".", ": ").replace("_", " ").capitalize()
    return Column(name=name, title=title, about=about, example=example, type=kind, elsewhere=elsewhere, required=False)


_TEXT, _DAY, _AT, _WHOLE = Type.TEXT, Type.DAY, Type.INSTANT, Type.WHOLE
PUBLICATION: tuple[Column, ...] = (
    _of(_TEXT, "reference", "The award for ever: /awards/<reference>.", "bcc-2027-004-a1", "id"),
    _of(_TEXT, "number", "Its place among the awards of its call.", "a1"),
    _of(_TEXT, "lot", "The number of its lot.", "1"),
    _of(_TEXT, "stage", "The key of the stage that awarded it: /calls/<call>.json stages[].key.", "application"),
    _of(_WHOLE, "window", "The window in which it was applied for.", "1"),
    _of(_TEXT, "title", "What is bought or funded.", "Sensors at six schools", "title"),
    _of(_TEXT, "summary", "In two or three sentences.", "Measured air, told to parents.", "summary"),
    _of(_TEXT, "amount", "Pounds and pence, as text.", "49999.99", "amount"),
    _of(_TEXT, "amount_basis", "Whether it is with VAT.", "net", "amount_basis"),
    _of(_TEXT, "vat_rate", "Per cent, as text.", "20", "vat_rate"),
    _of(_TEXT, "amount_gross", "With VAT, as text.", "59999.99", "amount_gross"),
    _of(_TEXT, "applied_for", "What the applicant asked for, as text.", "49999.99", "applied_for"),
    _of(_TEXT, "organisations[].key", "Our own name for it: /organisations/<key>.", "airwise-b3x5", "organisation_id"),
    _of(_TEXT, "organisations[].name", "Its name.", "Airwise Ltd", "organisation"),
    _of(_TEXT, "organisations[].company_number", "At Companies House.", "01234567", "organisation_number"),
    _of(_TEXT, "organisations[].charity_number", "In one of the three charity registers.", "SC012345"),
    _of(_TEXT, "organisations[].register", "Another list of org-id.guide that knows it.", "GB-PPON"),
    _of(_TEXT, "organisations[].register_number", "Its number there.", "PXWM-1234-ABCD"),
    _of(_TEXT, "organisations[].charity_register", "Of older publications: which charity register.", "GB-SC"),
    _of(_TEXT, "organisations[].street", "Empty for a sole trader.", "1 Gas Street"),
    _of(_TEXT, "organisations[].locality", "The town.", "Birmingham", "organisation_place"),
    _of(_TEXT, "organisations[].postcode", "Of a sole trader the first half alone.", "B1 1BB"),
    _of(_TEXT, "organisations[].country", "By its two letters (ISO 3166).", "GB"),
    _of(_TEXT, "organisations[].url", "Its page in the register.", "https://city.example/organisations/airwise-b3x5"),
    _of(_TEXT, "organisations[].scale", "Its size.", "small", "size"),
    _of(Type.YES_NO, "organisations[].vcse", "Voluntary, community or social enterprise.", "false", "vcse"),
    _of(_TEXT, "url", "Its page in the register.", "https://city.example/awards/bcc-2027-004-a1", "url"),
    _of(_DAY, "decided_on", "The day of the decision.", "2027-05-14", "awarded_on"),
    _of(_AT, "published_at", "Since when the register shows it.", "2027-05-14T10:00:00Z", "published_at"),
    _of(_AT, "told_at", "When everybody who applied was told.", "2027-05-14T10:00:00Z", "told_at"),
    _of(_AT, "standstill_begins", "The instant of the contract award notice.", "2027-05-15T10:00:00Z"),
    _of(_AT, "standstill_ends", "The end of the standstill.", "2027-05-27T23:00:00Z", "standstill_ends_at"),
    _of(_AT, "confirmed_at", "From when it stands.", "2027-05-27T23:00:00Z", "confirmed_at"),
    _of(_AT, "confirmed_known_at", "When it was published that it stands.", "2027-05-28T05:00:00Z"),
    _of(_AT, "accepted_at", "When it was accepted.", "2027-06-01T09:30:00Z", "accepted_at"),
    _of(_AT, "refused_at", "When the applicant declined it.", "2027-06-01T09:30:00Z", "ended_at"),
    _of(_AT, "expired_at", "Until when nobody answered it.", "2027-06-25T23:00:00Z", "ended_at"),
    _of(_AT, "disqualified_at", "When its applicant was ruled out.", "2027-06-01T09:30:00Z", "ended_at"),
    _of(_AT, "abandoned_at", "When its call or lot was abandoned.", "2027-06-01T09:30:00Z", "ended_at"),
    _of(_TEXT, "abandoned", "Which of the two: call or lot.", "call"),
    _of(_AT, "lapsed_at", "Of older publications: one of the last two.", "2027-06-01T09:30:00Z", "ended_at"),
    _of(_TEXT, "ended_reason", "Why, in public words.", "The money went elsewhere.", "ended_because"),
    _of(_AT, "suspended_at", "Since when a claim in court suspends it.", "2027-05-20T09:00:00Z", "suspended_at"),
    _of(_AT, "resumed_at", "When that was lifted.", "2027-07-20T09:00:00Z"),
    _of(_DAY, "starts_on", "The first day of the work.", "2027-06-01", "starts_on"),
    _of(_DAY, "ends_on", "The last day of the work.", "2028-05-31", "ends_on"),
    _of(_TEXT, "notices[].notice", "The kind of notice.", "UK6"),
    _of(_TEXT, "notices[].reference", "The notice for ever: /notices/<reference>.", "bcc-2027-004-uk6-1", "notice"),
    _of(_TEXT, "notices[].title", "What it is called.", "Contract award notice: Clean air"),
    _of(_TEXT, "notices[].url", "Its page.", "https://city.example/notices/bcc-2027-004-uk6-1"),
    _of(_AT, "notices[].published_at", "When it was published.", "2027-05-15T10:00:00Z"),
    _of(_TEXT, "notices[].media_type", "Of its document.", "application/pdf"),
    _of(_TEXT, "notices[].outside", "Its number on the central platform.", "100003-2027"),
    _of(_TEXT, "grant_id", "In 360Giving.", "360G-city-bcc-2027-004-a1"),
    _of(_TEXT, "cpv", "What is bought (CPV).", "73000000-2", "cpv"),
    _of(_TEXT, "also_cpv", "What else.", "72000000-5", "also_cpv"),
    _of(_TEXT, "place", "Where.", "UKG31", "place"),
    _of(_TEXT, "also_places", "Where else.", "UKG32", "also_places"),
    _of(_WHOLE, "applications", "How many were received in its lot and window.", "14", "applications"),
    _of(_WHOLE, "applications_assessed", "How many of them were assessed.", "12", "applications_assessed"),
    _of(_TEXT, "authority", "What the publisher was called then.", "City Council"),
    _of(_TEXT, "contract_status", "Of an accepted award: pending until it is signed, then active.", "active"),
    _of(_DAY, "signed_on", "When both had signed.", "2027-06-04", "signed_on"),
    _of(_AT, "signed_at", "When that was published.", "2027-06-05T10:00:00Z"),
    _of(_DAY, "contract_starts_on", "Its first day, as signed.", "2027-06-07", "contract_starts_on"),
    _of(_DAY, "contract_ends_on", "Its last day, as signed.", "2028-05-31", "contract_ends_on"),
    _of(
        _TEXT, "contract_amount", "What it is for, as signed: pounds and pence, as text.", "49999.99", "contract_amount"
    ),
)
QUESTION: tuple[Column, ...] = (
    _of(_WHOLE, "number", "The answer's place in the list, from 1.", "3"),
    _of(_AT, "asked_at", "When it was asked, or said.", "2027-01-20T09:00:00Z", "OCDS tender/enquiries/date"),
    _of(_WHOLE, "lot", "The number of the lot that it is about; null for the whole call.", "1"),
    _of(_TEXT, "question", "As everybody reads it; null where nobody asked.", "Is VAT counted in?"),
    _of(_TEXT, "answer", "The answer.", "No."),
    _of(_AT, "answered_at", "When it was published.", "2027-01-22T15:00:00Z", "OCDS tender/enquiries/dateAnswered"),
    _of(_WHOLE, "corrects", "The number of the answer that this one corrects.", "2"),
    _of(Type.ADDRESS, "url", "Where it stands.", "https://city.example/calls/BCC-2027-004/questions#answer-3"),
)
