ALTER TABLE import_receipt
    ADD COLUMN institution_number text,
    ADD COLUMN school_year text,
    ADD COLUMN source text,
    ADD COLUMN source_moment timestamptz,
    ADD COLUMN comparison jsonb,
    ADD COLUMN closed integer NOT NULL DEFAULT 0,
    ADD COLUMN held_until timestamptz,
    ADD COLUMN decision text,
    ADD COLUMN decided_by text,
    ADD COLUMN decided_at timestamptz
--;;
ALTER TABLE import_chunk ADD COLUMN named jsonb NOT NULL DEFAULT '[]'::jsonb
--;;
CREATE INDEX ix_import_receipt_source
    ON import_receipt (municipality_code, kind, institution_number, school_year, source, source_moment)
    WHERE source IS NOT NULL
--;;
CREATE INDEX ix_import_receipt_held ON import_receipt (municipality_code, held_until) WHERE state = 'held'
--;;
CREATE TABLE import_difference (
    receipt_id uuid NOT NULL CONSTRAINT fk_import_difference_receipt_id REFERENCES import_receipt (id) ON DELETE CASCADE,
    number integer NOT NULL,
    municipality_code text NOT NULL,
    change text NOT NULL,
    place text NOT NULL,
    from_place text,
    pupil_id uuid,
    pupils integer NOT NULL,
    ends jsonb,
    closed integer,
    CONSTRAINT pk_import_difference PRIMARY KEY (receipt_id, number)
)
--;;
CREATE INDEX ix_import_difference_open ON import_difference (receipt_id, number) WHERE ends IS NOT NULL AND closed IS NULL
