"""Files of enrolments, sessions and attendance: the tables of their staged rows."""

from alembic import op

from libs.shared.files.kinds.declared import COURSE_KINDS
from libs.shared.imports.staging import tables as staging

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    for kind in COURSE_KINDS:
        staging.up(op, kind)


def downgrade() -> None:
    for kind in reversed(COURSE_KINDS):
        staging.down(op, kind)
