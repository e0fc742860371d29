"""A row of a kept list follows its pupil when two pupils are merged; everything else of it stays as it was written."""

from alembic import op

revision = "0023"
down_revision = "0022"

_WRITTEN_ONCE = (
    "CREATE OR REPLACE FUNCTION kept_list_written_once() RETURNS trigger LANGUAGE plpgsql AS $function$"
    " BEGIN {unless} RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"
    " END $function$"
)
_UNLESS = "IF to_jsonb(OLD) - 'pupil_id' = to_jsonb(NEW) - 'pupil_id' THEN RETURN NEW; END IF;"


def upgrade() -> None:
    op.execute(_WRITTEN_ONCE.format(unless=_UNLESS))


def downgrade() -> None:
    op.execute(_WRITTEN_ONCE.format(unless=""))
