DROP INDEX ix_import_receipt_part_of
--;;
ALTER TABLE import_receipt
    DROP COLUMN part_of,
    DROP COLUMN part,
    DROP COLUMN unit,
    DROP COLUMN told
--;;
ALTER TABLE import_receipt NO FORCE ROW LEVEL SECURITY
--;;
DELETE FROM import_receipt WHERE state = 'divided'
--;;
ALTER TABLE import_receipt FORCE ROW LEVEL SECURITY
