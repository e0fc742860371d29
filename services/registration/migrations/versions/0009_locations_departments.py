"""Schools lie in another municipality than the one that runs them, and have departments."""

from alembic import op

from libs.shared.files.kinds.schools import SCHOOLS
from libs.shared.imports.staging import tables as staging

revision = "0009"
down_revision = "0008"

_STAGED = ("location_municipality_code", "main_institution_number")


def upgrade() -> None:
    # NULL is the municipality that runs the school, so that the release before writes schools as it did.
    op.execute("ALTER TABLE school ADD COLUMN location_municipality_code varchar")
    op.execute("ALTER TABLE school ADD COLUMN main_school_id uuid")
    op.execute(
        "ALTER TABLE school ADD CONSTRAINT fk_school_main_school_id"
        " FOREIGN KEY (main_school_id) REFERENCES school (school_id)"
    )
    op.execute("CREATE INDEX ix_school_main_school_id ON school (main_school_id) WHERE main_school_id IS NOT NULL")
    staging.add_columns(op, SCHOOLS, *_STAGED)


def downgrade() -> None:
    staging.drop_columns(op, SCHOOLS, *_STAGED)
    op.execute("ALTER TABLE school DROP COLUMN main_school_id")
    op.execute("ALTER TABLE school DROP COLUMN location_municipality_code")
