"""Renames the number of book packages in plans and courses from ``deliveries`` to ``packages``."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _rename("deliveries", "packages")


def downgrade() -> None:
    _rename("packages", "deliveries")


def _rename(before: str, after: str) -> None:
    """Of all municipalities: row-level security that is forced on the owner would hide their rows."""
    # The names above and the columns below are constants.
    efforts, planned = _renamed("plan -> 'efforts'", before, after), _renamed("planned", before, after)
    for table, change in (
        (
            "project",
            f"plan = jsonb_set(plan, '{{efforts}}', {efforts}) WHERE jsonb_path_exists(plan, '$.efforts[*].{before}')",
        ),
        ("course", f"planned = {planned} WHERE jsonb_path_exists(planned, '$[*].{before}')"),
    ):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"UPDATE {table} SET {change}")  # noqa: S608
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _renamed(array: str, before: str, after: str) -> str:
    return (
        f"(SELECT jsonb_agg(CASE WHEN jsonb_exists(phase, '{before}')"  # noqa: S608
        f" THEN (phase - '{before}') || jsonb_build_object('{after}', phase -> '{before}') ELSE phase END"
        f" ORDER BY number) FROM jsonb_array_elements({array}) WITH ORDINALITY AS of (phase, number))"
    )
