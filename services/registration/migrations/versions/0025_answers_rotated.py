"""Keys of answers to the 13 questions, and of reasons for taking back a selection, can be rotated."""

from alembic import op

from libs.shared.rotation import steps as rotation
from libs.shared.rotation.places import Ring

revision = "0025"
down_revision = "0024"

SELECTION = ("reason", "parents_dialogue")


def upgrade() -> None:
    rotation.admit(op, "assessment_version")
    rotation.fence(op, "assessment_version", Ring.DATA, sealed=["answers"])
    _no_fence("selection")
    rotation.fence(op, "selection", Ring.DATA, sealed=[*SELECTION, "reversal_reason"])


def downgrade() -> None:
    _no_fence("selection")
    rotation.fence(op, "selection", Ring.DATA, sealed=SELECTION)
    _no_fence("assessment_version")
    op.execute("DROP POLICY rotation_writes ON assessment_version")


def _no_fence(table: str) -> None:
    for event in ("insert", "update"):
        op.execute(f"DROP TRIGGER fence_{Ring.DATA.value}_{event} ON {table}")
