CREATE TABLE rebuild (
    id uuid NOT NULL,
    consumer_group text NOT NULL,
    topic text NOT NULL,
    state text NOT NULL DEFAULT 'running',
    reason text,
    above integer NOT NULL DEFAULT 0,
    taken bigint NOT NULL DEFAULT 0,
    refused bigint NOT NULL DEFAULT 0,
    removed bigint NOT NULL DEFAULT 0,
    waiting bigint,
    requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at timestamptz,
    finished_at timestamptz,
    CONSTRAINT pk_rebuild PRIMARY KEY (id),
    CONSTRAINT ck_rebuild_state CHECK (state IN ('running', 'done', 'failed'))
)
--;;
CREATE UNIQUE INDEX ux_rebuild_running ON rebuild (consumer_group, topic) WHERE state = 'running'
--;;
CREATE TABLE rebuild_seen (
    rebuild_id uuid NOT NULL,
    key text NOT NULL,
    CONSTRAINT pk_rebuild_seen PRIMARY KEY (rebuild_id, key)
)
--;;
CREATE TABLE version_raise (
    one boolean NOT NULL,
    raised_by integer NOT NULL,
    raised_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_version_raise PRIMARY KEY (one),
    CONSTRAINT ck_version_raise_one CHECK (one)
)
--;;
CREATE INDEX ix_inbox_received_at ON inbox USING brin (received_at)
--;;
CREATE INDEX ix_dead_letter_finished ON dead_letter (state_at) WHERE state <> 'open'
