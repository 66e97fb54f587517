"""One long, realistic content of every kind of document: real shapes of names, several pages, accents and Urdu."""

from datetime import UTC, date, datetime
from decimal import Decimal

from procurement.rules.assistance import Assistance
from procurement.rules.documents import (
    AbandonmentLetter,
    AbsenceLetter,
    AdvanceLetter,
    AgreedLine,
    AnsweredQuestion,
    AssessedStage,
    AssessedTender,
    AssessmentSummary,
    AssistanceConfirmation,
    AwardLetter,
    AwardSheet,
    BlankForm,
    ClarificationLog,
    Content,
    DeclinedLetter,
    DisqualificationLetter,
    ExplainedMark,
    Fact,
    FileLine,
    IneligibleLetter,
    Issue,
    ListedDocument,
    LoggedAnswer,
    MarkedStage,
    MarkLine,
    MinutedItem,
    NoticeLot,
    NoticeSection,
    NoticeSupplier,
    OpenedApplication,
    OpeningRecord,
    PanelMinutes,
    PrintedCriterion,
    PrintedDate,
    PrintedQuestion,
    PrintedSection,
    PrintedStage,
    PrintedText,
    Prospectus,
    Receipt,
    RequestReceipt,
    ReserveLetter,
    ReviewLetter,
    ScaleWord,
    SlotLetter,
    StandstillLetter,
    StatutoryNotice,
    Uk6Notice,
    Uk12Notice,
)

URDU = "ڈیجیٹل خدمات برمنگھم"
LONG = "The Sutton Coldfield and Erdington Community Energy Benefit Society and Retrofit Training Partnership Limited"
ACCENTS = "Łódź–Čačak Müller-Ångström & Søn Ltd"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
CRITERIA = (
    "Understanding of the problem and of the people who live with it",
    "Quality of the proposed solution",
    "Deliverability: plan, team, risks and dependencies on the council",
    "Accessibility and closing the digital divide",
    "Social value for Birmingham",
)
WORDS = (
    "Excellent: every part is convincing and backed by evidence",
    "Good: convincing, small gaps",
    "Acceptable: meets what was asked, with gaps",
    "Good: convincing, small gaps",
    "Weak: little that can be relied on",
)
EXPLANATION = (
    "The tender names the three neighbourhoods where the trial would run (section 2, page 4) and gives "
    "figures from the "
    "2025 survey of 412 households. It says plainly which residents were not reached and what would be done about it. "
    "The assessors found the description of the failed 2024 pilot honest and useful. The tender does not "
    "say who in the "
    "council would take the service over after the trial (question 7), which is why the highest mark was not given."
)


def issue(reference: str = "TT-2027-0012-A7K3") -> Issue:
    return Issue(
        reference=reference,
        requested=datetime(2027, 3, 12, 12, 0, 3, tzinfo=UTC),
        authority="Birmingham City Council",
        service="Thousand Trades",
        code="K7QM-2XWD-9RTA",
        verify_url="https://trades.example.gov.uk/verify/K7QM-2XWD-9RTA",
    )


def _marks() -> tuple[MarkLine, ...]:
    return tuple(
        MarkLine(
            criterion=criterion,
            weight=f"{weight} %",
            mark=mark,
            top="5",
            word=word,
            threshold=least,
            range="1.33 to 4.67",
        )
        for criterion, weight, mark, word, least in zip(
            CRITERIA,
            (30, 25, 20, 15, 10),
            ("4.67", "4.00", "3.33", "4.00", "2.00"),
            WORDS,
            ("2.00", "2.00", "", "", ""),
            strict=True,
        )
    )


def _stages() -> tuple[MarkedStage, ...]:
    return tuple(
        MarkedStage(
            title=title,
            share=share,
            marks=_marks(),
            total=total,
            total_top="100.00",
            total_threshold=least,
            scheme=DIGEST,
        )
        for title, share, total, least in (
            ("Proposal", "60%", "78.67", "60.00"),
            ("Demonstration of the prototype", "40%", "66.00", ""),
        )
    )


LETTER = {
    "organisation": LONG,
    "address": ("Unit 14b, The Old Custard Factory", "Gibb Street", "Digbeth", "Birmingham", "B9 4AA"),
    "application": "TT-2027-0012-A7K3",
    "project": f"Warm homes, plain words ({URDU})",
    "call": "Keeping older residents connected when the copper telephone network is switched off",
    "lot": "Lot 2: North and east Birmingham",
    "dated": "Friday 12 March 2027",
    "contact": "innovation@birmingham.example",
    "salutation": "Dear Zoë Ní Bhriain,",
    "signed_by": "Siobhán O’Connor",
}
OUTCOME = LETTER | {
    "marks": _marks(),
    "total": "78.67",
    "total_top": "100.00",
    "total_threshold": "60.00",
    "place": "Your application took place 2 of 14 in this lot. Totals ranged from 31.33 to 84.00.",
    "scheme": DIGEST,
    "paragraph": f"We liked how you work with {ACCENTS}. Ask for {URDU} when you come.",
    "next_steps": (
        Fact(name="Friday 12 March 2027", value="The contract award notice (UK6) was published."),
        Fact(name="Wednesday 24 March 2027", value="Standstill ends at 11:59pm (UK time)."),
        Fact(name="From Thursday 25 March 2027", value="We will ask you to accept the award on its page."),
    ),
}
STANDSTILL = {
    "standstill": "No contract may be signed before the standstill has ended, on Wednesday 24 March 2027 at "
    "11:59pm (UK time).",
    "working": "8 working days beginning Friday 12 March 2027; Wednesday 17 March is a bank holiday in "
    "Northern Ireland; "
    "ends Wednesday 24 March 2027 at 11:59pm (UK time).",
}


SECTIONS = tuple(
    PrintedSection(
        title=f"{number}. About what you would do",
        questions=(
            PrintedQuestion(
                number=str(3 * number),
                text="What would you do, and what is new about it?",
                guidance="Say it to somebody who has never heard of it.\nسادہ الفاظ میں لکھیے۔",
                facts=(
                    Fact(name="Answer", value="Text of up to 250 words, at most 2,500 characters"),
                    Fact(name="Needed", value="Yes"),
                    Fact(name="Counts towards", value=f"{CRITERIA[2]}, 40% of the total"),
                ),
                lines=("",) * 25,
            ),
            PrintedQuestion(
                number=str(3 * number + 1),
                text="Do you charge VAT?",
                guidance="",
                facts=(Fact(name="Answer", value="Yes or no"),),
                choices=("Yes", "No"),
            ),
            PrintedQuestion(
                number=str(3 * number + 2),
                text="Which assistance have you received?",
                guidance="From any authority.",
                facts=(Fact(name="Answer", value="A list of sums"),),
                columns=("Who gave it", "Received on", "Amount in pounds"),
            ),
        ),
    )
    for number in range(1, 4)
)
BLANK_FORM = BlankForm(
    call=str(LETTER["call"]),
    call_reference="TT-2027-0012",
    version="2",
    stage="Proposal",
    facts=(Fact(name="To be sent by", value="Friday 12 March 2027 at 12 noon (UK time)"),),
    sections=SECTIONS,
)
PROSPECTUS = Prospectus(
    call=str(LETTER["call"]),
    call_reference="TT-2027-0012",
    version="2",
    fingerprint=DIGEST,
    summary="Help older residents through the telephone switch-off.",
    facts=(Fact(name="Kind", value="Challenge"), Fact(name="Money", value="£240,000 net of VAT")),
    texts=(
        PrintedText(heading="The problem", text="In 2027 copper lines end.\n\n" + "Alarms hang on them. " * 40),
        PrintedText(heading="Who can apply", text=f"Anybody, as {ACCENTS} or {LONG}."),
    ),
    lots=(PrintedText(heading="Lot 1: Helping households", text="Visits.\nBudget: £140,000 net of VAT"),),
    stages=(
        PrintedStage(
            title="Proposal",
            dates=(
                PrintedDate(name="Opens", value="Monday 1 February 2027 at 9am (UK time)", working=""),
                PrintedDate(
                    name="Closes",
                    value="Friday 12 March 2027 at 12 noon (UK time)",
                    working="At least 25 days, counted from the day after Monday 1 February 2027.",
                ),
            ),
            conditions=("Turnover in the last year: at least £50,000. Whoever does not meet this cannot go on.",),
            ways=("3 assessors read each proposal, each on their own, and give a mark for each criterion.",),
            criteria=tuple(
                PrintedCriterion(
                    name=each,
                    description="What assessors look for. " * 6,
                    facts=(Fact(name="Weight", value="20%"),),
                    marks=tuple(Fact(name=str(mark), value=word) for mark, word in enumerate(WORDS)),
                )
                for each in CRITERIA
            ),
            sections=SECTIONS,
        ),
    ),
    windows=(Fact(name="Window 2", value="1 April 2027 – 30 June 2027"),),
    terms="Whoever is awarded it insures the devices.\n" * 12,
    documents=(
        ListedDocument(title="Contract", facts=(Fact(name="File", value="contract.pdf, 40 KB"),), digest=DIGEST),
    ),
)


def _explained() -> tuple[ExplainedMark, ...]:
    return tuple(
        ExplainedMark(
            criterion=line.criterion,
            weight=line.weight,
            mark=line.mark,
            top=line.top,
            word=line.word,
            explanation=EXPLANATION,
        )
        for line in _marks()
    )


def _tender(organisation: str, amount: str) -> AssessedTender:
    return AssessedTender(
        organisation=organisation,
        address=("8 Brindleyplace", "Birmingham", "B1 2HJ"),
        email="bids@firm.example",
        identifiers=(Fact(name="Companies House number", value="09876543"),),
        amount=amount,
        marks=_explained(),
        total="73.60",
        total_top="100.00",
        stages=tuple(
            AssessedStage(
                title=each.title, share=each.share, marks=_explained(), total=each.total, total_top=each.total_top
            )
            for each in _stages()
        ),
        sum="Proposal 78.67 × 60% + Demonstration of the prototype 66.00 × 40% = 73.60",
    )


CONTENTS: dict[str, Content] = {
    content.kind: content
    for content in (
        Receipt(
            call=str(LETTER["call"]),
            lot=str(LETTER["lot"]),
            organisation=LONG,
            submitted_by="Zoë Ní Bhriain",
            number="submission 2",
            received_utc="2027-03-12 11:59:58 UTC",
            received_uk="Friday 12 March 2027, 11:59:58 (UK time)",
            closes="Friday 12 March 2027 at 12 noon (UK time)",
            answers=tuple(
                AnsweredQuestion(question=f"{number}. {text}", extent=extent)
                for number, (text, extent) in enumerate(
                    (
                        ("What is the problem, and who has it?", "248 of at most 250 words"),
                        (
                            "What would you do, and what would be different for residents afterwards?",
                            "499 of at most 500 words",
                        ),
                        ("How much money do you ask for?", "Answered"),
                        ("Do you work with a university?", "Answered"),
                        ("Anything else?", "Not answered"),
                        *(
                            (
                                f"Question {n} of a long form, with a title that itself goes on for rather "
                                "more than one line so that the "
                                "table has to break it",
                                f"{n * 7} of at most 300 words",
                            )
                            for n in range(6, 26)
                        ),
                    ),
                    1,
                )
            ),
            files=tuple(
                FileLine(name=name, size=size, digest=DIGEST)
                for name, size in (
                    ("Delivery plan v7 FINAL (really final) – Sutton Coldfield & Erdington.pdf", "1.4 MB"),
                    (f"{URDU}.docx", "88 kB"),
                    ("kosten_übersicht_żółć.xlsx", "12 kB"),
                )
            ),
            declaration="I confirm that what we have written is true, that I may apply for the "
            "organisation, and that none of the "
            "exclusion grounds of the Procurement Act 2023 applies to it.",
            digest=DIGEST,
            chain_position="Event 1,204",
            chain_digest=DIGEST,
            replaces="This submission replaces submission 1 of Thursday 11 March 2027. The last submission stands.",
            next_steps=(
                Fact(
                    name="Friday 12 March 2027 at 12 noon (UK time)",
                    value="The call closes. Until then you can reopen and change "
                    "what you sent; this submission stands until you submit again.",
                ),
                Fact(name="After the opening", value="Assessors read and mark your application."),
                Fact(name="By Friday 30 April 2027", value="We tell every applicant the outcome at the same instant."),
            ),
        ),
        RequestReceipt(
            call=str(LETTER["call"]),
            lot=str(LETTER["lot"]),
            organisation=LONG,
            submitted_by="Zoë Ní Bhriain",
            number="submission 3",
            asked="The insurance certificate that question 7 asks for is not among the files, and the sum in the table "
            f"of costs is not that of its lines ({ACCENTS}).\n{URDU}",
            received_utc="2027-04-16 10:59:58 UTC",
            received_uk="Friday 16 April 2027, 11:59:58 (UK time)",
            closes="Friday 16 April 2027 at 12 noon (UK time)",
            answers=(
                AnsweredQuestion(
                    question="Which of the two sums is right, and why do they differ?", extent="212 of 500"
                ),
                AnsweredQuestion(question="Your certificate of public liability insurance", extent="1 file"),
            ),
            files=(FileLine(name=f"{LONG}.pdf", size="1.2 MB", digest=DIGEST),),
            declaration="What we answer is true and complete, as far as we know, and belongs to our application.",
            digest=DIGEST,
            chain_position="4711",
            chain_digest=DIGEST,
        ),
        OpeningRecord(
            call=str(LETTER["call"]),
            closed="Friday 12 March 2027 at 12 noon (UK time)",
            hold="60 minutes; the opening was possible from Friday 12 March 2027 at 1pm (UK time)",
            openers=(
                Fact(name="First person", value="Siobhán O’Connor (officer), Friday 12 March 2027 at 1:02pm (UK time)"),
                Fact(
                    name="Second person",
                    value="Muhammad Iqbal محمد اقبال (approver), Friday 12 March 2027 at 1:05pm (UK time)",
                ),
            ),
            applications=tuple(
                OpenedApplication(
                    reference=f"TT-2027-0012-A{n:03d}",
                    lot=str(LETTER["lot"]) if n % 2 else "Lot 1: South Birmingham",
                    organisation=(LONG, URDU, ACCENTS, "Aston University")[n % 4],
                    received=f"2027-03-{1 + n % 12:02d} 11:{n:02d}:07 UTC",
                    digest=DIGEST,
                    files=str(n % 5),
                )
                for n in range(31)
            ),
            withdrawn="2",
            not_submitted="9",
            near_misses="1",
            reconciled="31 applications stood as submitted when the call closed and 31 were opened: the two "
            "numbers agree.",
        ),
        PanelMinutes(
            call=str(LETTER["call"]),
            stage="Proposal",
            held="Monday 10 May 2027 at 10am (UK time)",
            place="Council House, Victoria Square, Room 4, or https://meet.example/room-4",
            people=(
                Fact(name="Chair", value="Siobhán O’Connor"),
                Fact(name="Member", value="Muhammad Iqbal محمد اقبال"),
                Fact(name="Observer", value=ACCENTS),
            ),
            items=tuple(
                MinutedItem(
                    number=str(n),
                    reference=f"TT-2027-0012-A{n:03d}",
                    title=("Warm streets", URDU, LONG)[n % 3],
                    organisation=(LONG, URDU, ACCENTS, "Aston University")[n % 4],
                    lot=str(LETTER["lot"]) if n % 2 else "",
                    discussed="Monday 10 May 2027 at 10:20am (UK time)" if n % 3 else "Not discussed",
                    left=("Siobhán O’Connor",) if n % 4 == 0 else (),
                    agreed=tuple(
                        AgreedLine(
                            criterion=criterion,
                            mark="4 of 5" if n % 2 else "Left as it is",
                            reason=EXPLANATION,
                            present="Siobhán O’Connor, Muhammad Iqbal محمد اقبال",
                        )
                        for criterion in CRITERIA[: n % 3]
                    ),
                    minutes=EXPLANATION if n % 2 else "",
                )
                for n in range(1, 13)
            ),
            minutes="All were on time.\n\nThe next meeting is on Monday 17 May 2027.",
            closed="Monday 10 May 2027 at 1pm (UK time), by Siobhán O’Connor",
        ),
        AwardLetter(
            **OUTCOME,
            **STANDSTILL,
            heading="Your proposal was successful",
            offer="Birmingham City Council intends to award you the contract, for £48,500 net of VAT.",
            amount="£48,500.00",
            assistance=Assistance(Decimal(48_500), Decimal(315_000), date(2027, 3, 12)).notification(
                "https://trades.example.gov.uk/applications/TT-2027-0012-A7K3/stages/proposal/outcome"
            ),
            conditions=(
                "You show evidence of public liability insurance of at least £5 million before the "
                "agreement is signed.",
                "The trial begins no later than Monday 7 June 2027, in at least two of the three "
                "neighbourhoods that you named.",
                "You publish what you learn under an open licence, including what did not work.",
            ),
        ),
        AdvanceLetter(
            **OUTCOME,
            stage="Expression of interest",
            noun="expression of interest",
            next_stage="Proposal",
            meaning="Your expression of interest was successful, and you go on to the next stage: Proposal.",
            comes="Next, you submit your proposal. It opens on Monday 5 April 2027 at 9am (UK time) and closes on "
            "Friday 7 May 2027 at 12 noon (UK time). Nobody reads it before it is opened after that.",
            reason="Say in the proposal who looks after the equipment when the trial is over.",
        ),
        ReserveLetter(
            **OUTCOME,
            **STANDSTILL,
            heading="Your proposal is on the reserve list",
            until="Friday 29 October 2027",
            review="You can ask once for a review, within 10 working days of the day on which you are told.",
            meaning="Your application met every threshold, but the money of this lot was used up by "
            "applications placed "
            "above it. If one of them falls away, applications on the reserve list are asked in order of place.",
        ),
        DeclinedLetter(
            **OUTCOME,
            **STANDSTILL,
            heading="Your proposal was not successful",
            decided="Thank you for taking part. Birmingham City Council has decided not to award you a contract.",
            stages=_stages(),
            how="The mark for each criterion is the one that a panel agreed on where it looked at marks that lay "
            "apart, and otherwise the mean of the assessors’ marks.",
            reasons=(
                "Your weighted total of 78.67 was below the totals of the applications that the budget of "
                "this lot could pay for.",
                "The assessors found no plan for residents who do not use a smartphone (criterion 4).",
            ),
            review="You can ask for a review within 10 working days of this letter. Say which rule of the "
            "published procedure you "
            "think was not followed. A person who took no part in the decision will answer within 20 working days.",
        ),
        IneligibleLetter(
            **LETTER,
            noun="expression of interest",
            unmet=(
                Fact(name="Turnover in the last year: at least £50,000", value="£41,300"),
                Fact(name="Are you insured for £5 million? Needed: Yes", value=f"No. {URDU}"),
            ),
            grounds=(
                Fact(
                    name="Discretionary exclusion grounds: Breach of contract and poor performance",
                    value=f"About {ACCENTS}",
                ),
            ),
            heard="You were asked on 3 March 2027 to explain this, and wrote to us on 9 March 2027.",
            rule="Applicants must have a registered office or a place of business in the West Midlands.",
            reason="The registered office named in the application (Leeds) and every delivery site named in question 4 "
            "are outside the West Midlands.\nNo place of business in the region was found at Companies House.",
            review="You can ask for a review within 10 working days of this letter. A person who took no part in this "
            "decision will answer within 20 working days.",
        ),
        DisqualificationLetter(
            **LETTER,
            headline="Your tender was disregarded",
            finding="your tender is disregarded, so it takes no further part in this call",
            stage="Demonstration and interview in the Council House",
            ground="A conflict of interest gives it an unfair advantage that cannot be avoided (Procurement Act 2023 "
            "section 82).",
            reason=f"The person named as project lead, {ACCENTS}, chairs the board that wrote the specification.\n"
            f"You were asked on 3 March 2027 to explain this, and wrote to us on 9 March 2027. {URDU}",
            meaning="Nobody reads or marks it any more, and it is left out of every ranking that is not told yet. What "
            "you were told before stays as it was. An award that was not accepted has ended.",
            review="If you think that this is wrong, write to challenges@birmingham.example and say why. Somebody who "
            "has not dealt with your application will look at it again.",
        ),
        ReviewLetter(
            **LETTER,
            found="The decision is reversed: your application is checked again.",
            asked="You asked for this review on Friday 12 March 2027, 11:59:58 (UK time). Whoever signs this letter "
            "neither proposed nor approved the decision.",
            decision="The registered office named in the application (Leeds) is outside the West Midlands.\n"
            "No place of business in the region was found at Companies House.",
            reason=f"The lease that you sent shows a workshop in Digbeth ({ACCENTS}).\n{URDU}\nThe rule asks for a "
            "place of business, not for a registered office, so the application meets it.",
            next_steps=(Fact(name="Now", value="We check your application again, as if nothing had been decided."),),
        ),
        SlotLetter(
            **LETTER,
            stage="Demonstration of the prototype",
            when="Thursday 6 May 2027 from 10am to 10:45am (UK time)",
            place="Council House, Victoria Square, Birmingham B1 1BB, committee room 3. Step-free from the Chamberlain "
            "Square door; ask for the room at the desk. Bring what you show on a laptop with HDMI.",
            joining=f"https://meet.example.gov.uk/r/{DIGEST}?as=guest&of={DIGEST}",
            change="You can change it until Friday 30 April 2027 at 12 noon (UK time) at "
            "https://trades.example.gov.uk/applications/TT-2027-0012-A7K3/stages/demonstration/slot.",
            next_steps=(
                Fact(name="Thursday 6 May 2027 from 10am to 10:45am (UK time)", value="Demonstration, in room 3."),
                Fact(name="If you cannot come", value=f"Write to {ACCENTS} at once. {URDU}"),
            ),
        ),
        AbandonmentLetter(
            **LETTER,
            reason=LONG,
            meaning="Your application takes no further part. An award that you had not accepted has ended.",
            next_steps=(Fact(name="Now", value=f"You need do nothing. {URDU}"),),
        ),
        StandstillLetter(
            **LETTER,
            published="Friday 12 March 2027 at 9am (UK time)",
            number="012345-2027",
            where=f"https://www.find-tender.service.gov.uk/Notice/012345-2027?of={DIGEST}",
            ends="Wednesday 24 March 2027 at 11:59pm (UK time)",
            working=(
                "8 working days, beginning with the day of publication: Friday 12 March 2027.",
                "Wednesday 17 March 2027 does not count: it is a bank holiday in Northern Ireland (St Patrick’s Day).",
            ),
            next_steps=(
                Fact(name="If somebody goes to court", value="We would write to you."),
                Fact(name="After the standstill", value=f"The award is confirmed. {URDU}"),
            ),
        ),
        AssistanceConfirmation(
            **LETTER,
            noun="application",
            given=(
                Fact(name="Award", value="TT-2027-0012-A001"),
                Fact(name="Given as", value="Minimal financial assistance (Subsidy Control Act 2022 section 36)"),
                Fact(name="Date on which it is given", value="Tuesday 1 June 2027"),
                Fact(name="Gross amount", value="£182,500.50"),
            ),
            keep=f"Keep this letter until Saturday 1 June 2030 at least: it is your record. {URDU}",
            public="£182,500.50 was given as minimal financial assistance on Tuesday 1 June 2027. It must be entered "
            "in the subsidy database by Friday 27 August 2027 (Subsidy Control Act 2022 sections 33 and 36(4)).",
        ),
        AbsenceLetter(
            **LETTER,
            stage="Demonstration of the prototype",
            reasons=(
                "Nobody of your organisation came to the time that you had chosen, or joined by the link, until it was "
                "over, and nobody wrote to us about it.",
            ),
            review="You can ask for a review within 10 working days of this letter.",
            next_steps=(Fact(name="Now", value="Read the reasons on the page of your application."),),
        ),
        AssessmentSummary(
            call=str(LETTER["call"]),
            lot=str(LETTER["lot"]),
            application="TT-2027-0012-A7K3",
            dated="Friday 12 March 2027",
            own=_tender(LONG, ""),
            winners=(_tender(ACCENTS, "£48,500.00"),),
            why_not=("Your weighted total of 78.67 was below the total of the successful tender (84.00).",),
            scale=tuple(
                ScaleWord(mark=str(mark), words=word) for mark, word in zip((5, 4, 3, 2, 1), WORDS, strict=True)
            ),
            method="Three assessors marked each criterion from 0 to 5. The mark of a criterion is the mean "
            "of their marks, to two "
            "places; the total adds the marks by weight.",
            where="The criteria in full are published with the call at "
            "https://trades.example.gov.uk/calls/TT-2027-0012.",
            scheme=DIGEST,
            standstill=STANDSTILL["standstill"],
            withheld="",
            contact=str(LETTER["contact"]),
            schemes=tuple(Fact(name=each.title, value=each.scheme) for each in _stages()),
        ),
        Uk12Notice(
            notice="UK12 tt-2027-0012-uk12-1; on Find a Tender 012345-2027, https://www.find-tender.service.gov.uk/Notice/"
            "012345-2027",
            ocid="ocds-kuma6s-tt-2027-0012",
            published="Friday 12 March 2027 at 9am (UK time)",
            buyer=(
                Fact(name="Name", value="Birmingham City Council"),
                Fact(name="Address", value="Council House, Victoria Square, Birmingham, B1 1BB"),
            ),
            call=str(LETTER["call"]),
            description="A service that tells residents with telecare alarms what the switch-off means for them.",
            procedure="Competitive flexible procedure, one stage",
            legal_basis="Procurement Act 2023, section 55",
            ended="One lot of the procurement. The other lots go on.",
            lots=("Lot 2: Northfield and Selly Oak",),
            reason=LONG,
            decided="Thursday 11 March 2027",
            attached={"ocid": "ocds-kuma6s-tt-2027-0012", "tag": ["tenderUpdate"], "language": "en"},
            attached_name="release.json",
            bought="73000000-2: Research and development services and related consultancy services",
            place="Birmingham (UKG31)",
        ),
        StatutoryNotice(
            heading="UK7: Contract details notice",
            notice="UK7 tt-2027-0012-uk7-1; on Find a Tender 012345-2027, https://www.find-tender.service.gov.uk/Notice/"
            "012345-2027",
            published="Friday 12 March 2027 at 9am (UK time)",
            sections=(
                NoticeSection(
                    title="Contracting authority",
                    facts=(
                        Fact(name="Name", value="Birmingham City Council"),
                        Fact(name="Address", value="Council House, Victoria Square, Birmingham, B1 1BB"),
                    ),
                ),
                NoticeSection(
                    title="Contract",
                    facts=(
                        Fact(name="Description", value=LONG),
                        Fact(name="Date on which it was signed", value="Thursday 11 March 2027"),
                    ),
                ),
            ),
            attached={"ocid": "ocds-kuma6s-tt-2027-0012", "tag": ["contractUpdate"], "language": "en"},
            attached_name="release.json",
        ),
        Uk6Notice(
            notice="TT-2027-0012-UK6-1",
            ocid="ocds-kuma6s-tt-2027-0012",
            published="Friday 12 March 2027 at 9am (UK time)",
            buyer=(
                Fact(name="Name", value="Birmingham City Council"),
                Fact(name="Address", value="Council House, Victoria Square, Birmingham, B1 1BB"),
                Fact(name="Public procurement organisation number", value="PXWM-1234-ABCD"),
                Fact(name="Contact", value="innovation@birmingham.example, 0121 496 0000"),
            ),
            call=str(LETTER["call"]),
            description="A service that tells residents with telecare alarms, in plain words and in the "
            "languages they read, what the switch-off means for them, and tests their alarm with them.",
            procedure="Competitive flexible procedure, one stage",
            legal_basis="Procurement Act 2023, section 19",
            bought="73000000-2: Research and development services and related consultancy services",
            place="Birmingham (UKG31)",
            lots=tuple(
                NoticeLot(
                    title=f"Lot {n}: {area}",
                    suppliers=(
                        NoticeSupplier(
                            name=name,
                            address=("8 Brindleyplace", "Birmingham", "B1 2HJ"),
                            identifiers=(Fact(name="Companies House number", value="09876543"),),
                            small="Yes",
                            charity="No",
                        ),
                    ),
                    value="£48,500.00 excluding VAT",
                    value_with_vat="£58,200.00",
                    category="Services",
                    decided="Thursday 11 March 2027",
                    signing="Thursday 25 March 2027",
                    ends="Friday 24 March 2028",
                )
                for n, area, name in ((1, "South Birmingham", ACCENTS), (2, "North and east Birmingham", LONG))
            ),
            submitted="14",
            assessed="12",
            small_assessed="9",
            charity_assessed="3",
            summaries_sent="Friday 12 March 2027 at 8:59am (UK time)",
            standstill_ends="Wednesday 24 March 2027 at 11:59pm (UK time)",
            working=STANDSTILL["working"],
            signing="Thursday 25 March 2027",
            attached={"ocid": "ocds-kuma6s-tt-2027-0012", "tag": ["award"], "language": "en"},
            attached_name="release.json",
        ),
        ClarificationLog(
            call=str(LETTER["call"]),
            call_reference="TT-2027-0012",
            answers=tuple(
                LoggedAnswer(
                    number=str(number),
                    lot="Lot 1: Helping households through the switch-off" if number % 3 else "",
                    question=""
                    if number % 7 == 0
                    else "May a partner’s visits count, if they are paid in kind?\nAnd VAT?",
                    answer="Yes. Put them into the costs, at what they would cost you.\n\n"
                    "سوالات اردو میں بھی پوچھے جا سکتے ہیں۔",
                    answered="Monday 1 March 2027 at 10:15am (UK time)",
                    corrects="Corrects answer 3." if number == 9 else "",
                )
                for number in range(1, 15)
            ),
        ),
        PROSPECTUS,
        BLANK_FORM,
        AwardSheet(
            project="Warm homes, plain words: helping older residents through the telephone switch-off",
            organisation=LONG,
            amount="£48,500.00",
            state="Confirmed on Thursday 25 March 2027",
            purpose="A travelling repair-café team visits residents with telecare alarms, tests the alarm "
            "with them, and leaves a "
            "one-page plan in the language they read. The trial runs in three neighbourhoods for nine months.",
            facts=(
                Fact(name="Call", value=str(LETTER["call"])),
                Fact(name="Lot", value=str(LETTER["lot"])),
                Fact(name="Organisation", value="Small enterprise, Companies House 09876543"),
                Fact(name="Theme", value="Digital inclusion"),
                Fact(name="Decided", value="Thursday 11 March 2027"),
                Fact(name="Standstill", value="Ended on Wednesday 24 March 2027 at 11:59pm (UK time)"),
                Fact(name="Procurement identifier", value="ocds-kuma6s-tt-2027-0012"),
            ),
            numbers=(
                Fact(name="applications in this lot", value="14"),
                Fact(name="assessors for each", value="3"),
                Fact(name="weighted total of 100", value="84.00"),
            ),
            page="https://trades.example.gov.uk/awards/AW-2027-0031",
            open_data="https://trades.example.gov.uk/ocds/records/ocds-kuma6s-tt-2027-0012.json",
            licence="Published under the Open Government Licence v3.0.",
        ),
    )
}
