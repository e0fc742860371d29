"""The statements of ``intake``."""

INSERT = """
INSERT INTO import_receipt (id, municipality_code, institution_numbers, kind, mode, atomic, identifier, media, charset,
    separator, header, idempotency_key, upload_token, key_id, state, created_by, after, institution_number, school_year,
    source, source_moment, part_of, part, unit, created_at, touched_at)
VALUES (:id, :municipality_code, CAST(:institutions AS text[]), :kind, :mode, :atomic, :identifier, :media, :charset,
    :separator, CAST(:header AS jsonb), :idempotency_key, :token, :key_id, 'receiving', :created_by, :after,
    :institution_number, :school_year, :source, :source_moment, :part_of, :part, :unit, :now, :now)
ON CONFLICT (municipality_code, idempotency_key) DO NOTHING
"""

# Only an upload that is still being received can be taken over: the worker may have locked a queued receipt.
TAKE_OVER = """
UPDATE import_receipt SET upload_token = :token, touched_at = :now WHERE id = :id AND state = 'receiving'
"""

STORED = "SELECT seq, fingerprint FROM import_chunk WHERE receipt_id = :id"

TAKE_PARTS_OVER = """
UPDATE import_receipt SET upload_token = :token, touched_at = :now WHERE part_of = :id AND state = 'receiving'
"""

# The file's own receipt is touched with each chunk of its parts, and only by the request that has the upload.
TOUCH = """
UPDATE import_receipt SET touched_at = :now WHERE id = :id AND upload_token = :token AND state = 'receiving'
"""

COUNT_CHUNK = """
UPDATE import_receipt SET chunks = :seq + 1, bytes = bytes + :size, touched_at = :now
WHERE id = :id AND upload_token = :token AND state = 'receiving'
"""

INSERT_CHUNK = """
INSERT INTO import_chunk (receipt_id, seq, municipality_code, first_line, lines, size, fingerprint, sealed)
VALUES (:id, :seq, :municipality_code, :first_line, :lines, :size, :fingerprint, :sealed)
"""

QUEUE = """
UPDATE import_receipt SET state = 'queued', queued_at = :now, fingerprint = :fingerprint, bytes = :bytes
WHERE id = :id AND upload_token = :token AND state = 'receiving'
"""

DIVIDE = """
UPDATE import_receipt SET state = 'divided', queued_at = :now, told = CAST(:told AS jsonb), fingerprint = :fingerprint
WHERE id = :id AND upload_token = :token AND state = 'receiving'
"""

DROP = """
DELETE FROM import_receipt WHERE id = :id AND upload_token = :token AND state = 'receiving'
"""
