CREATE TABLE idempotency_key (
    tenant text NOT NULL,
    id bytea NOT NULL,
    fingerprint bytea NOT NULL,
    reference text,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_idempotency_key PRIMARY KEY (tenant, id)
)
--;;
CREATE INDEX ix_idempotency_key_created_at ON idempotency_key (created_at)
