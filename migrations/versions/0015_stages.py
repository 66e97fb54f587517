"""stages: a call has stages, an application an entry in each; what calls of one stage said moves into those rows

The one stage of a call takes the call's id and the one entry of an application the application's, so that what was
sealed, committed to, asked for under a key or linked to stays what it was. Rows, states and columns change in one
transaction, so no process ever sees half of it; a process of the release before could not write what it means any more,
and is refused beforehand. The chain of events learns of it at the next start (`services.changeover`).
"""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.refusing import refuse_beside_workers, refuse_to_destroy
from workflows.earlier import bound_to

revision = "0015"
down_revision = "0014"

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
INSTANT = sa.DateTime(timezone=True)
PROCEDURES = {"challenge": ("shown", "covered"), "innovation_fund": ("hidden", "grant")}  # for what is still a draft
STAGE_OF_CALL = {
    "draft": "planned",
    "in_review": "planned",
    "approved": "planned",
    "published": "collecting",
    "opened": "checking",
    "in_assessment": "assessing",
    "deciding": "deciding",
    "decided": "decided",
    "concluded": "told",
}
ENTRY_OF_APPLICATION = {"recommended": "advanced", "awarded": "advanced", "accepted": "advanced", "refused": "advanced"}
UNOPENED = ("draft", "submitted", "reopened", "withdrawn", "not_submitted")
OF_CALL = ("opens_at", "closes_at", "decision_on", "assess_by", "readers", "hold_minutes", "minimum_total", "proposers")
OF_CALL += ("scheme", "scheme_fingerprint", "opened_at", "told_at")
OF_APPLICATION = ("state", "version", "call_version", "missing", "standing_id", "title", "summary", "amount")
OF_APPLICATION += ("eligibility_reason",)


def upgrade() -> None:
    refuse_beside_workers("calls")
    _make_tables()
    _fill_stages()
    _fill_entries()
    _move_the_call()
    _move_the_application()


def _make_tables() -> None:
    op.create_table(
        "stages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("noun", sa.String(), nullable=False),
        sa.Column("nouns", sa.String(), nullable=False),
        sa.Column("steps", JSON, nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opens_at", INSTANT, nullable=True),
        sa.Column("closes_at", INSTANT, nullable=True),
        sa.Column("hold_minutes", sa.Integer(), nullable=False),
        sa.Column("assess_by", INSTANT, nullable=True),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.Column("readers", sa.Integer(), nullable=False),
        sa.Column("names", sa.String(), nullable=False),
        sa.Column("other_marks", sa.String(), nullable=False),
        sa.Column("shows", JSON, nullable=False),
        sa.Column("ranks_by", JSON, nullable=False),
        sa.Column("minimum_total", sa.Integer(), nullable=False),
        sa.Column("scheme", JSON, nullable=True),
        sa.Column("scheme_fingerprint", sa.String(), nullable=True),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("opened_at", INSTANT, nullable=True),
        sa.Column("marks_locked_at", INSTANT, nullable=True),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.Column("proposers", JSON, nullable=False),
        sa.Column("sent_back", sa.String(), nullable=False),
        sa.CheckConstraint('number >= 1 AND "window" >= 1', name=op.f("ck_stages_numbered_from_one")),
        sa.CheckConstraint(
            "opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at",
            name=op.f("ck_stages_opens_before_it_closes"),
        ),
        sa.CheckConstraint(
            "(scheme IS NULL) = (scheme_fingerprint IS NULL)", name=op.f("ck_stages_scheme_with_its_fingerprint")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_stages_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stages")),
        sa.UniqueConstraint("call_id", "key", name=op.f("uq_stages_call_id_key")),
        sa.UniqueConstraint("call_id", "window", "number", name=op.f("uq_stages_call_id_window_number")),
        sa.UniqueConstraint("id", "call_id", name=op.f("uq_stages_id_call_id")),
    )
    op.create_table(
        "stage_lots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.CheckConstraint("seats IS NULL OR seats > 0", name=op.f("ck_stage_lots_seats_are_positive")),
        sa.ForeignKeyConstraint(["stage_id"], ["stages.id"], name=op.f("fk_stage_lots_stage_id_stages")),
        sa.ForeignKeyConstraint(["lot_id"], ["lots.id"], name=op.f("fk_stage_lots_lot_id_lots")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_lots")),
        sa.UniqueConstraint("stage_id", "lot_id", name=op.f("uq_stage_lots_stage_id_lot_id")),
    )
    op.create_index(op.f("ix_stage_lots_lot_id"), "stage_lots", ["lot_id"], unique=False)
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("call_version", sa.Integer(), nullable=False),
        sa.Column("missing", JSON, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("standing_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("eligibility_reason", sa.String(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=True),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('submitted', 'reopened') OR standing_id IS NOT NULL",
            name=op.f("ck_entries_submitted_has_a_submission"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id", "call_id"],
            ["applications.id", "applications.call_id"],
            name=op.f("fk_entries_application_id_applications"),
        ),
        sa.ForeignKeyConstraint(
            ["stage_id", "call_id"], ["stages.id", "stages.call_id"], name=op.f("fk_entries_stage_id_stages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("application_id", "stage_id", name=op.f("uq_entries_application_id_stage_id")),
        sa.UniqueConstraint("id", "application_id", name=op.f("uq_entries_id_application_id")),
    )
    op.create_index("ix_entries_stage_id", "entries", ["stage_id", "state"], unique=False)


# The tables as they were, and as they are, for what is moved: no model is read, since models go on changing.


def _table(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())


def _plain(value: Any) -> Any:
    """A JSON column's value, whatever gave it."""
    return json.loads(value) if isinstance(value, str) else value


def _fill_stages() -> None:
    connection = op.get_bind()
    calls, events, stages, lots = _table("calls"), _table("events"), _table("stages"), _table("lots")
    moved = {
        (tag, call_id): (data, at)
        for tag, call_id, data, at in connection.execute(
            sa.select(events.c.tag, events.c.subject_id, events.c.data, events.c.effective_at).where(
                events.c.tag.in_(("call.cancel", "call.lock_marks"))
            )
        )
    }
    for call in connection.execute(sa.select(calls).order_by(calls.c.id)).all():
        names, _ = _bound(call)
        cancelled = call.state == "cancelled"
        before = _plain(moved["call.cancel", call.id][0])["before"] if cancelled else call.state
        state = STAGE_OF_CALL[before]
        published = call.published_at is not None
        connection.execute(
            stages.insert().values(
                id=call.id,
                call_id=call.id,
                window=1,
                number=1,
                key="application",
                title="Application",
                noun="application",
                nouns="applications",
                steps=["collect", "check", "assess", "award"],
                sealed=True,
                required=True,
                state="told" if state == "decided" and call.told_at is not None else state,
                names=names[0],
                other_marks=names[1],
                shows=[],
                ranks_by={},
                started_at=call.published_at,
                marks_locked_at=moved.get(("call.lock_marks", call.id), (None, None))[1],
                decide_by=call.decision_on,
                sent_back=call.sent_back if published else "",
                proposers=_plain(call.proposers),
                scheme=_plain(call.scheme) if call.scheme is not None else sa.null(),
                **{name: getattr(call, name) for name in OF_CALL if name not in ("decision_on", "proposers", "scheme")},
            )
        )
    connection.execute(
        _table("stage_lots")
        .insert()
        .from_select(["stage_id", "lot_id"], sa.select(lots.c.call_id, lots.c.id).order_by(lots.c.id))
    )
    _count_on("stages")
    with op.batch_alter_table("calls") as table:
        table.add_column(sa.Column("route", sa.String(), nullable=True))
    calls = _table("calls")
    for call in connection.execute(sa.select(calls)).all():
        published = call.published_at is not None
        connection.execute(
            calls.update()
            .where(calls.c.id == call.id)
            .values(
                route=_bound(call)[1],
                state="published" if call.state in ("opened", "in_assessment", "deciding", "decided") else call.state,
                sent_back="" if published else call.sent_back,
            )
        )


def _bound(call: Any) -> tuple[tuple[str, str], str]:
    """What assessors see of a call, and what it is in law: as it was published, or else as its procedure says."""
    if call.workflows is None:
        names, route = PROCEDURES[call.procedure]
        return (names, "after_own"), route
    bound = bound_to(_plain(call.workflows)["application"]["plain"])
    route = "covered" if bound["covered"] else "grant"
    return (bound["names"], bound["other_marks"]), route


def _fill_entries() -> None:
    connection = op.get_bind()
    applications, calls, decisions = _table("applications"), _table("calls"), _table("decisions")
    submissions, entries = _table("submissions"), _table("entries")
    found = connection.execute(
        sa.select(applications, calls.c.opened_at, calls.c.told_at, submissions.c.digest)
        .join(calls, calls.c.id == applications.c.call_id)
        .outerjoin(submissions, submissions.c.id == applications.c.standing_id)
        .order_by(applications.c.id)
    ).all()
    ineligible = {
        row.application_id: row.approved_at
        for row in connection.execute(
            sa.select(decisions.c.application_id, decisions.c.approved_at).where(
                decisions.c.outcome == "ineligible", decisions.c.approved_at.is_not(None)
            )
        )
    }
    # the neutral names that assessors know: the order of the salted digests of what was submitted
    opened: dict[int, list[tuple[str, int]]] = {}
    for each in found:
        if each.state not in UNOPENED:
            said = hashlib.sha256(f"{each.call_id}:{each.digest}".encode()).hexdigest()
            opened.setdefault(each.call_id, []).append((said, each.id))
    numbers = {
        application_id: number
        for order in opened.values()
        for number, (_, application_id) in enumerate(sorted(order), 1)
    }
    for each in found:
        was_opened = each.state not in UNOPENED
        told = ineligible.get(each.id, each.told_at) if each.state == "ineligible" else each.told_at
        connection.execute(
            entries.insert().values(
                id=each.id,
                call_id=each.call_id,
                application_id=each.id,
                stage_id=each.call_id,
                state=ENTRY_OF_APPLICATION.get(each.state, each.state),
                missing=_plain(each.missing),
                made_at=each.created_at,
                number=numbers.get(each.id),
                opened_at=each.opened_at if was_opened else None,
                told_at=told if was_opened else None,
                **{name: getattr(each, name) for name in OF_APPLICATION if name not in ("state", "missing")},
            )
        )
    _count_on("entries")


def _count_on(table: str) -> None:
    """New ids begin above those that were taken over."""
    if op.get_bind().dialect.name == "postgresql":
        above = f"(SELECT coalesce(max(id), 0) + 1 FROM {table})"  # noqa: S608  (words of a migration)
        op.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {above}, false)")


def _take(table: str, column: str, source: str) -> None:
    """A new column that says of which stage or entry a row is, filled from what it was of before."""
    with op.batch_alter_table(table) as batch:
        batch.add_column(sa.Column(column, sa.Integer(), nullable=True))
    op.execute(f"UPDATE {table} SET {column} = {source}")  # noqa: S608  (words of a migration)


def _move_the_call() -> None:
    """What stood in a call and is its stage's."""
    for table, unique in (("questions", "key"), ("criteria", "key")):
        _take(table, "stage_id", "call_id")
        with op.batch_alter_table(table) as batch:
            batch.alter_column("stage_id", existing_type=sa.Integer(), nullable=False)
            batch.drop_constraint(f"uq_{table}_call_id_{unique}", type_="unique")
            batch.create_unique_constraint(f"uq_{table}_stage_id_{unique}", ["stage_id", unique])
            batch.create_foreign_key(
                f"fk_{table}_stage_id_stages", "stages", ["stage_id", "call_id"], ["id", "call_id"]
            )
    _take("openings", "stage_id", "call_id")
    with op.batch_alter_table("openings") as batch:
        batch.alter_column("stage_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_constraint("uq_openings_call_id", type_="unique")
        batch.drop_constraint("fk_openings_call_id_calls", type_="foreignkey")
        batch.drop_column("call_id")
        batch.create_unique_constraint("uq_openings_stage_id", ["stage_id"])
        batch.create_foreign_key("fk_openings_stage_id_stages", "stages", ["stage_id"], ["id"])
    with op.batch_alter_table("calls") as batch:
        batch.alter_column("route", existing_type=sa.String(), nullable=False)
        batch.drop_constraint(op.f("ck_calls_scheme_with_its_fingerprint"), type_="check")
        batch.drop_constraint(op.f("ck_calls_opens_before_it_closes"), type_="check")
        batch.create_check_constraint(
            op.f("ck_calls_route_is_known"), "route IN ('covered', 'below_threshold', 'exempt_rnd', 'grant')"
        )
        for name in OF_CALL:
            batch.drop_column(name)


def _move_the_application() -> None:
    """What hung on an application and hangs on its entry."""
    for table, unique in (("answers", ["key"]), ("answer_versions", ["key", "version"]), ("attachments", [])):
        _take(table, "entry_id", "application_id")
        if table == "attachments":
            op.drop_index("ix_attachments_application_id", table_name=table)
        with op.batch_alter_table(table) as batch:
            batch.alter_column("entry_id", existing_type=sa.Integer(), nullable=False)
            batch.drop_constraint(f"fk_{table}_application_id_applications", type_="foreignkey")
            if unique:
                batch.drop_constraint(f"uq_{table}_application_id_{'_'.join(unique)}", type_="unique")
                batch.create_unique_constraint(f"uq_{table}_entry_id_{'_'.join(unique)}", ["entry_id", *unique])
            batch.drop_column("application_id")
            batch.create_foreign_key(f"fk_{table}_entry_id_entries", "entries", ["entry_id"], ["id"])
    op.create_index("ix_attachments_entry_id", "attachments", ["entry_id"], unique=False)
    _move_what_was_sent_and_decided()
    _take("applications", "entry_id", "id")
    with op.batch_alter_table("applications") as batch:
        batch.drop_constraint(op.f("ck_applications_submitted_has_a_submission"), type_="check")
        for name in OF_APPLICATION:
            batch.drop_column(name)
    for table in ("documents", "messages"):
        _take(table, "entry_id", "application_id")
        _take(table, "stage_id", "call_id")
        with op.batch_alter_table(table) as batch:
            batch.create_foreign_key(f"fk_{table}_stage_id_stages", "stages", ["stage_id"], ["id"])
            batch.create_foreign_key(f"fk_{table}_entry_id_entries", "entries", ["entry_id"], ["id"])


def _move_what_was_sent_and_decided() -> None:
    for table in ("submissions", "near_misses", "assignments", "decisions", "awards"):
        _take(table, "entry_id", "application_id")
    pair = (["entry_id", "application_id"], ["id", "application_id"])
    with op.batch_alter_table("submissions") as batch:
        batch.alter_column("entry_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_constraint("fk_submissions_application_id_applications", type_="foreignkey")
        batch.create_foreign_key("fk_submissions_entry_id_entries", "entries", *pair)
    op.create_index("ix_submissions_entry_id", "submissions", ["entry_id"], unique=False)
    with op.batch_alter_table("near_misses") as batch:
        batch.alter_column("entry_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_constraint("fk_near_misses_application_id_applications", type_="foreignkey")
        batch.drop_column("call_id")
        batch.create_foreign_key("fk_near_misses_entry_id_entries", "entries", *pair)
    with op.batch_alter_table("assignments") as batch:
        batch.alter_column("entry_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_constraint("uq_assignments_application_id_person_id", type_="unique")
        batch.create_unique_constraint("uq_assignments_entry_id_person_id", ["entry_id", "person_id"])
        batch.create_foreign_key("fk_assignments_entry_id_entries", "entries", *pair)
        batch.drop_column("number")
        batch.drop_column("overall")  # nothing has read it since the release before the last
    where = sa.text("superseded_at IS NULL")
    op.drop_index("uq_decisions_one_stands", table_name="decisions", sqlite_where=where, postgresql_where=where)
    with op.batch_alter_table("decisions") as batch:
        batch.alter_column("entry_id", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key("fk_decisions_entry_id_entries", "entries", *pair)
        batch.drop_constraint(op.f("ck_decisions_outcome_is_known"), type_="check")
        batch.create_check_constraint(
            op.f("ck_decisions_outcome_is_known"), "outcome IN ('fund', 'advance', 'reserve', 'decline', 'ineligible')"
        )
    op.create_index(
        "uq_decisions_one_stands", "decisions", ["entry_id"], unique=True, sqlite_where=where, postgresql_where=where
    )
    with op.batch_alter_table("awards") as batch:
        batch.alter_column("entry_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_constraint("uq_awards_application_id", type_="unique")
        batch.create_unique_constraint("uq_awards_entry_id", ["entry_id"])
        batch.create_foreign_key("fk_awards_entry_id_entries", "entries", *pair)
    op.create_index("ix_awards_application_id", "awards", ["application_id"], unique=False)


def downgrade() -> None:
    """For a database without a call: what several stages say has no place in the tables of before."""
    refuse_to_destroy(revision, "calls", "applications", "stages", "stage_lots", "entries")
    for table in ("documents", "messages"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_stage_id_stages", type_="foreignkey")
            batch.drop_constraint(f"fk_{table}_entry_id_entries", type_="foreignkey")
            batch.drop_column("stage_id")
            batch.drop_column("entry_id")
    _give_back_to_the_application()
    _give_back_to_the_call()
    op.drop_index("ix_entries_stage_id", table_name="entries")
    op.drop_table("entries")
    op.drop_index(op.f("ix_stage_lots_lot_id"), table_name="stage_lots")
    op.drop_table("stage_lots")
    op.drop_table("stages")


def _give_back_to_the_application() -> None:
    with op.batch_alter_table("applications") as batch:
        batch.drop_column("entry_id")
        batch.add_column(sa.Column("state", sa.String(), nullable=False))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False))
        batch.add_column(sa.Column("call_version", sa.Integer(), nullable=False))
        batch.add_column(sa.Column("missing", JSON, nullable=False))
        batch.add_column(sa.Column("standing_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("title", sa.String(), nullable=False))
        batch.add_column(sa.Column("summary", sa.String(), nullable=False))
        batch.add_column(sa.Column("amount", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("eligibility_reason", sa.String(), nullable=False))
        batch.create_check_constraint(
            op.f("ck_applications_submitted_has_a_submission"),
            "state IN ('draft', 'withdrawn', 'not_submitted') OR standing_id IS NOT NULL",
        )
    op.drop_index("ix_awards_application_id", table_name="awards")
    where = sa.text("superseded_at IS NULL")
    op.drop_index("uq_decisions_one_stands", table_name="decisions", sqlite_where=where, postgresql_where=where)
    op.drop_index("ix_submissions_entry_id", table_name="submissions")
    op.drop_index("ix_attachments_entry_id", table_name="attachments")
    for table in ("submissions", "near_misses", "assignments", "decisions", "awards"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_entry_id_entries", type_="foreignkey")
            if table == "assignments":
                batch.drop_constraint("uq_assignments_entry_id_person_id", type_="unique")
                batch.create_unique_constraint(
                    "uq_assignments_application_id_person_id", ["application_id", "person_id"]
                )
                batch.add_column(sa.Column("number", sa.Integer(), nullable=False))
                batch.add_column(sa.Column("overall", sa.String(), nullable=False, server_default=""))
            if table == "awards":
                batch.drop_constraint("uq_awards_entry_id", type_="unique")
                batch.create_unique_constraint("uq_awards_application_id", ["application_id"])
            if table == "near_misses":
                batch.add_column(sa.Column("call_id", sa.Integer(), nullable=False))
                batch.create_foreign_key(
                    "fk_near_misses_application_id_applications",
                    "applications",
                    ["application_id", "call_id"],
                    ["id", "call_id"],
                )
            if table == "submissions":
                batch.create_foreign_key(
                    "fk_submissions_application_id_applications", "applications", ["application_id"], ["id"]
                )
            batch.drop_column("entry_id")
    with op.batch_alter_table("decisions") as batch:
        batch.drop_constraint(op.f("ck_decisions_outcome_is_known"), type_="check")
        batch.create_check_constraint(
            op.f("ck_decisions_outcome_is_known"), "outcome IN ('fund', 'reserve', 'decline', 'ineligible')"
        )
    op.create_index(
        "uq_decisions_one_stands",
        "decisions",
        ["application_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    for table, unique in (("answers", ["key"]), ("answer_versions", ["key", "version"]), ("attachments", [])):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_entry_id_entries", type_="foreignkey")
            batch.add_column(sa.Column("application_id", sa.Integer(), nullable=False))
            if unique:
                batch.drop_constraint(f"uq_{table}_entry_id_{'_'.join(unique)}", type_="unique")
                batch.create_unique_constraint(
                    f"uq_{table}_application_id_{'_'.join(unique)}", ["application_id", *unique]
                )
            batch.drop_column("entry_id")
            batch.create_foreign_key(
                f"fk_{table}_application_id_applications", "applications", ["application_id"], ["id"]
            )
    op.create_index("ix_attachments_application_id", "attachments", ["application_id"], unique=False)


def _give_back_to_the_call() -> None:
    for table in ("questions", "criteria"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_stage_id_stages", type_="foreignkey")
            batch.drop_constraint(f"uq_{table}_stage_id_key", type_="unique")
            batch.create_unique_constraint(f"uq_{table}_call_id_key", ["call_id", "key"])
            batch.drop_column("stage_id")
    with op.batch_alter_table("openings") as batch:
        batch.drop_constraint("fk_openings_stage_id_stages", type_="foreignkey")
        batch.drop_constraint("uq_openings_stage_id", type_="unique")
        batch.drop_column("stage_id")
        batch.add_column(sa.Column("call_id", sa.Integer(), nullable=False))
        batch.create_unique_constraint("uq_openings_call_id", ["call_id"])
        batch.create_foreign_key("fk_openings_call_id_calls", "calls", ["call_id"], ["id"])
    with op.batch_alter_table("calls") as batch:
        batch.drop_constraint(op.f("ck_calls_route_is_known"), type_="check")
        batch.drop_column("route")
        for name in ("opens_at", "closes_at", "assess_by", "opened_at", "told_at"):
            batch.add_column(sa.Column(name, INSTANT, nullable=True))
        batch.add_column(sa.Column("decision_on", sa.Date(), nullable=True))
        for name in ("readers", "hold_minutes", "minimum_total"):
            batch.add_column(sa.Column(name, sa.Integer(), nullable=False))
        batch.add_column(sa.Column("proposers", JSON, nullable=False))
        batch.add_column(sa.Column("scheme", JSON, nullable=True))
        batch.add_column(sa.Column("scheme_fingerprint", sa.String(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_calls_opens_before_it_closes"), "opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at"
        )
        batch.create_check_constraint(
            op.f("ck_calls_scheme_with_its_fingerprint"), "(scheme IS NULL) = (scheme_fingerprint IS NULL)"
        )
