ALTER TABLE import_receipt
    ADD COLUMN part_of uuid CONSTRAINT fk_import_receipt_part_of REFERENCES import_receipt (id) ON DELETE CASCADE,
    ADD COLUMN part integer,
    ADD COLUMN unit integer,
    ADD COLUMN told jsonb
--;;
CREATE INDEX ix_import_receipt_part_of ON import_receipt (part_of, part) WHERE part_of IS NOT NULL
