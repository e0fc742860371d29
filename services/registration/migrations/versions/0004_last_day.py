"""Renames the end of a course and of a plan to ``last_day``. Waiting events with ``end`` are deleted.

``republish registration.project registration.dosage`` publishes their states again, once every process is of this
release.
"""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE course RENAME COLUMN starts_on TO start")
    op.execute("ALTER TABLE course RENAME COLUMN ends_on TO last_day")
    _rename_in_plans("end", "last_day")
    op.execute("DELETE FROM outbox WHERE topic IN ('registration.project', 'registration.delivery')")


def downgrade() -> None:
    op.execute("ALTER TABLE course RENAME COLUMN start TO starts_on")
    op.execute("ALTER TABLE course RENAME COLUMN last_day TO ends_on")
    _rename_in_plans("last_day", "end")
    op.execute("DELETE FROM outbox WHERE topic IN ('registration.project', 'registration.dosage')")


def _rename_in_plans(before: str, after: str) -> None:
    """Of all municipalities: row-level security that is forced on the owner would hide their projects."""
    op.execute("ALTER TABLE project NO FORCE ROW LEVEL SECURITY")
    op.execute(
        f"UPDATE project SET plan = (plan - '{before}') || jsonb_build_object('{after}', plan -> '{before}')"  # noqa: S608 - the two names above
        f" WHERE jsonb_exists(plan, '{before}')"
    )
    op.execute("ALTER TABLE project FORCE ROW LEVEL SECURITY")
