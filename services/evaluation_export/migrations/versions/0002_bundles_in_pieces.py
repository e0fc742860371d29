"""Bundles are stored in pieces, and a function says what touches a period.

The bundles stored so far are cut into pieces; where each file begins is read from the bundle itself.
"""

import io
import json

from alembic import op
from sqlalchemy import text

from libs.shared.db import tenancy
from libs.shared.db.scope import Access
from services.evaluation_export.bundle.archive import content_offsets

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PIECE_BYTES = 1024 * 1024
_AS_EVALUATOR = "SELECT set_config('skoleloeft.access', 'evaluator', true)"


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION touches(valid_from date, valid_to date, first_day date, day_after date) RETURNS boolean
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN valid_from < day_after AND valid_to > first_day AND valid_from < valid_to
        """
    )
    op.execute(
        """
        CREATE TABLE bundle_chunk (
            delivery_id uuid NOT NULL,
            start bigint NOT NULL,
            content bytea STORAGE EXTERNAL NOT NULL,
            CONSTRAINT pk_bundle_chunk PRIMARY KEY (delivery_id, start),
            CONSTRAINT fk_bundle_chunk_delivery_id FOREIGN KEY (delivery_id) REFERENCES delivery (id))
        """
    )
    tenancy.enable_named(op, "bundle_chunk", read=[Access.OPERATOR], write=[Access.EVALUATOR])
    op.execute("ALTER TABLE delivery ADD COLUMN bundle_bytes bigint")
    op.execute(_AS_EVALUATOR)
    _cut()
    op.execute("ALTER TABLE delivery DROP CONSTRAINT ck_delivery_bundle")
    op.execute("ALTER TABLE delivery DROP COLUMN bundle")
    op.execute(
        "ALTER TABLE delivery ADD CONSTRAINT ck_delivery_bundle CHECK ((status = 'ready') ="
        " (bundle_sha256 IS NOT NULL AND bundle_bytes IS NOT NULL AND files IS NOT NULL))"
    )


def _cut() -> None:
    connection = op.get_bind()
    ready = connection.execute(text("SELECT id FROM delivery WHERE bundle IS NOT NULL ORDER BY id")).scalars().all()
    for delivery_id in ready:
        bundle, files = connection.execute(
            text("SELECT bundle, files FROM delivery WHERE id = :id"), {"id": delivery_id}
        ).one()
        for start in range(0, len(bundle), PIECE_BYTES):
            connection.execute(
                text("INSERT INTO bundle_chunk (delivery_id, start, content) VALUES (:id, :start, :content)"),
                {"id": delivery_id, "start": start, "content": bundle[start : start + PIECE_BYTES]},
            )
        offsets = content_offsets(io.BytesIO(bundle))
        listed = json.dumps([{**file, "offset": offsets[file["name"]]} for file in files])
        connection.execute(
            text("UPDATE delivery SET bundle_bytes = :bytes, files = CAST(:files AS jsonb) WHERE id = :id"),
            {"id": delivery_id, "bytes": len(bundle), "files": listed},
        )


def downgrade() -> None:
    op.execute(_AS_EVALUATOR)
    op.execute("ALTER TABLE delivery ADD COLUMN bundle bytea")
    op.execute(
        "UPDATE delivery SET files = (SELECT jsonb_agg(file - 'offset') FROM jsonb_array_elements(files) AS file),"
        " bundle = (SELECT string_agg(content, '' ORDER BY start) FROM bundle_chunk WHERE delivery_id = delivery.id)"
        " WHERE status = 'ready'"
    )
    op.execute("ALTER TABLE delivery DROP CONSTRAINT ck_delivery_bundle")
    op.execute("ALTER TABLE delivery DROP COLUMN bundle_bytes")
    op.execute(
        "ALTER TABLE delivery ADD CONSTRAINT ck_delivery_bundle CHECK ((status = 'ready') = (bundle IS NOT NULL))"
    )
    op.execute("DROP TABLE bundle_chunk")
    op.execute("DROP FUNCTION touches(date, date, date, date)")
