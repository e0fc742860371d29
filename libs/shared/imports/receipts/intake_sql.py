"""The statements of ``intake``."""

INSERT = """
INSERT INTO import_receipt (id, municipality_code, institution_numbers, kind, mode, atomic, identifier, media, charset,
    separator, header, idempotency_key, upload_token, key_id, state, created_by, after, institution_number, school_year,
    source, source_moment, created_at, touched_at)
VALUES (:id, :municipality_code, CAST(:institutions AS text[]), :kind, :mode, :atomic, :identifier, :media, :charset,
    :separator, CAST(:header AS jsonb), :idempotency_key, :token, :key_id, 'receiving', :created_by, :after,
    :institution_number, :school_year, :source, :source_moment, :now, :now)
ON CONFLICT (municipality_code, idempotency_key) DO NOTHING
"""

# Only an upload that is still being received can be taken over: the worker may have locked a queued receipt.
TAKE_OVER = """
UPDATE import_receipt SET upload_token = :token, touched_at = :now WHERE id = :id AND state = 'receiving'
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

DROP = """
DELETE FROM import_receipt WHERE id = :id AND upload_token = :token AND state = 'receiving'
"""
