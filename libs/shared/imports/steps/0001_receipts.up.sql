CREATE TABLE import_receipt (
    id uuid NOT NULL CONSTRAINT pk_import_receipt PRIMARY KEY,
    municipality_code text NOT NULL,
    institution_numbers text[],
    kind text NOT NULL,
    mode text NOT NULL,
    atomic text NOT NULL,
    identifier text NOT NULL,
    media text NOT NULL,
    charset text NOT NULL,
    separator text,
    header jsonb NOT NULL,
    idempotency_key text NOT NULL,
    upload_token uuid NOT NULL,
    key_id text,
    fingerprint text,
    bytes bigint NOT NULL DEFAULT 0,
    chunks integer NOT NULL DEFAULT 0,
    chunks_done integer NOT NULL DEFAULT 0,
    state text NOT NULL,
    written boolean NOT NULL DEFAULT false,
    row_count integer NOT NULL DEFAULT 0,
    accepted integer NOT NULL DEFAULT 0,
    unchanged integer NOT NULL DEFAULT 0,
    parked integer NOT NULL DEFAULT 0,
    refused integer NOT NULL DEFAULT 0,
    refused_by_code jsonb NOT NULL DEFAULT '{}',
    notices jsonb NOT NULL DEFAULT '{}',
    phase text,
    staging integer NOT NULL DEFAULT 0,
    slices integer NOT NULL DEFAULT 0,
    lookup_key_id text,
    attempts integer NOT NULL DEFAULT 0,
    not_before timestamptz,
    error text,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    touched_at timestamptz NOT NULL,
    queued_at timestamptz,
    finished_at timestamptz,
    after text,
    outbox_seq bigint,
    CONSTRAINT uq_import_receipt_municipality_code_idempotency_key UNIQUE (municipality_code, idempotency_key)
)
--;;
CREATE INDEX ix_import_receipt_pending ON import_receipt (municipality_code, kind, queued_at)
    WHERE state IN ('queued', 'working')
--;;
CREATE INDEX ix_import_receipt_leaving ON import_receipt (finished_at) WHERE phase = 'leaving'
--;;
CREATE INDEX ix_import_receipt_unfinished ON import_receipt (municipality_code)
    WHERE state IN ('receiving', 'queued', 'working')
--;;
CREATE TABLE import_chunk (
    receipt_id uuid NOT NULL CONSTRAINT fk_import_chunk_receipt_id REFERENCES import_receipt (id) ON DELETE CASCADE,
    seq integer NOT NULL,
    municipality_code text NOT NULL,
    first_line integer NOT NULL,
    lines integer NOT NULL,
    size integer NOT NULL,
    fingerprint text NOT NULL,
    sealed bytea NOT NULL,
    staging integer NOT NULL DEFAULT 0,
    row_count integer NOT NULL DEFAULT 0,
    refused integer NOT NULL DEFAULT 0,
    refused_by_code jsonb NOT NULL DEFAULT '{}',
    notices jsonb NOT NULL DEFAULT '{}',
    stop text,
    written_rows integer[],
    CONSTRAINT pk_import_chunk PRIMARY KEY (receipt_id, seq)
)
--;;
ALTER TABLE import_chunk ALTER COLUMN sealed SET STORAGE EXTERNAL
--;;
CREATE TABLE import_slice (
    receipt_id uuid NOT NULL CONSTRAINT fk_import_slice_receipt_id REFERENCES import_receipt (id) ON DELETE CASCADE,
    staging integer NOT NULL,
    number integer NOT NULL,
    municipality_code text NOT NULL,
    row_count integer NOT NULL,
    accepted integer NOT NULL,
    unchanged integer NOT NULL,
    parked integer NOT NULL,
    refused integer NOT NULL,
    refused_by_code jsonb NOT NULL,
    written boolean NOT NULL,
    row_numbers integer[],
    CONSTRAINT pk_import_slice PRIMARY KEY (receipt_id, staging, number)
)
--;;
CREATE TABLE import_claim (
    receipt_id uuid NOT NULL CONSTRAINT fk_import_claim_receipt_id REFERENCES import_receipt (id) ON DELETE CASCADE,
    phase text NOT NULL,
    number integer NOT NULL,
    municipality_code text NOT NULL,
    token uuid NOT NULL,
    tries integer NOT NULL,
    delays integer NOT NULL DEFAULT 0,
    claimed_at timestamptz NOT NULL,
    CONSTRAINT pk_import_claim PRIMARY KEY (receipt_id, phase, number)
)
--;;
CREATE UNLOGGED TABLE import_staging (
    receipt_id uuid NOT NULL CONSTRAINT pk_import_staging PRIMARY KEY,
    municipality_code text NOT NULL,
    staging integer NOT NULL,
    settled boolean NOT NULL DEFAULT false,
    crowded bigint[]
)
--;;
CREATE TABLE import_refusal (
    receipt_id uuid NOT NULL CONSTRAINT fk_import_refusal_receipt_id REFERENCES import_receipt (id) ON DELETE CASCADE,
    row_no integer NOT NULL,
    line_no integer NOT NULL,
    municipality_code text NOT NULL,
    code text NOT NULL,
    errors jsonb NOT NULL,
    sealed bytea,
    slice integer,
    replayed boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_import_refusal PRIMARY KEY (receipt_id, row_no)
)
--;;
CREATE INDEX ix_import_refusal_created_at ON import_refusal (created_at)
--;;
CREATE TABLE parked_row (
    id uuid NOT NULL CONSTRAINT pk_parked_row PRIMARY KEY,
    municipality_code text NOT NULL,
    kind text NOT NULL,
    fact bytea NOT NULL,
    receipt_id uuid NOT NULL CONSTRAINT fk_parked_row_receipt_id REFERENCES import_receipt (id) ON DELETE CASCADE,
    row_no integer NOT NULL,
    reason text NOT NULL,
    key_kind text,
    key_id text,
    key_value text,
    pupil_id uuid,
    case_id uuid,
    payload jsonb,
    sealed bytea,
    as_of timestamptz NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    due boolean NOT NULL,
    round uuid,
    CONSTRAINT uq_parked_row_municipality_code_kind_fact UNIQUE (municipality_code, kind, fact)
)
--;;
CREATE INDEX ix_parked_row_receipt_id ON parked_row (receipt_id, row_no)
--;;
CREATE INDEX ix_parked_row_key_value_key_id ON parked_row (key_value, key_id)
--;;
CREATE INDEX ix_parked_row_pupil_id ON parked_row (pupil_id)
--;;
CREATE INDEX ix_parked_row_as_of ON parked_row (municipality_code, kind, as_of)
--;;
CREATE INDEX ix_parked_row_until ON parked_row (until)
--;;
CREATE INDEX ix_parked_row_due ON parked_row (municipality_code, as_of, receipt_id, row_no) WHERE due
--;;
CREATE TABLE replay_due (
    no bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_replay_due PRIMARY KEY,
    municipality_code text NOT NULL,
    about text NOT NULL,
    ids uuid[] NOT NULL,
    round uuid
)
--;;
CREATE INDEX ix_replay_due_municipality_code ON replay_due (municipality_code, round, no)
