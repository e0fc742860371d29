DROP TABLE import_difference
--;;
DROP INDEX ix_import_receipt_held
--;;
DROP INDEX ix_import_receipt_source
--;;
ALTER TABLE import_chunk DROP COLUMN named
--;;
ALTER TABLE import_receipt
    DROP COLUMN institution_number,
    DROP COLUMN school_year,
    DROP COLUMN source,
    DROP COLUMN source_moment,
    DROP COLUMN comparison,
    DROP COLUMN closed,
    DROP COLUMN held_until,
    DROP COLUMN decision,
    DROP COLUMN decided_by,
    DROP COLUMN decided_at
