"""The columns of the table of published awards about what was signed: see `award_columns`."""

from procurement.rules.columns import Column, Type

CONTRACT_COLUMNS: tuple[Column, ...] = (
    Column(
        name="signed_on",
        title="Signed",
        about="The day on which both had signed the contract or the grant agreement; empty until then, and of awards "
        "that were accepted before that was recorded.",
        example="2027-03-20",
        type=Type.DAY,
        required=False,
        elsewhere="OCDS contracts/dateSigned",
    ),
    Column(
        name="contract_starts_on",
        title="Contract begins",
        about="The first day of the contract or agreement, as signed.",
        example="2027-04-01",
        type=Type.DAY,
        required=False,
        elsewhere="OCDS contracts/period/startDate; 360Giving plannedDates/startDate",
    ),
    Column(
        name="contract_ends_on",
        title="Contract ends",
        about="Its last day, as signed.",
        example="2028-03-31",
        type=Type.DAY,
        required=False,
        elsewhere="OCDS contracts/period/endDate; 360Giving plannedDates/endDate",
    ),
    Column(
        name="contract_amount",
        title="Contract amount",
        about="What the contract or agreement is for, as signed; on the basis of the award.",
        example="49999.99",
        type=Type.NUMBER,
        unit="pounds (GBP)",
        required=False,
        elsewhere="OCDS contracts/value/amount",
    ),
)
