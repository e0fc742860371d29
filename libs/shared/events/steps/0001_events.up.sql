CREATE TABLE outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    id uuid NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    value bytea,
    headers bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    published_at timestamptz,
    set_aside_at timestamptz,
    set_aside_reason text,
    origin text DEFAULT nullif(current_setting('skoleloeft.municipalities', true), ''),
    CONSTRAINT pk_outbox PRIMARY KEY (seq),
    CONSTRAINT ck_outbox_set_aside CHECK (
        (set_aside_at IS NULL) = (set_aside_reason IS NULL) AND (set_aside_at IS NULL OR published_at IS NULL)
    )
)
--;;
CREATE INDEX ix_outbox_unpublished ON outbox (seq) WHERE published_at IS NULL AND set_aside_at IS NULL
--;;
CREATE INDEX ix_outbox_set_aside ON outbox (topic, key) WHERE set_aside_at IS NOT NULL
--;;
CREATE TABLE told_position (
    origin text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    CONSTRAINT pk_told_position PRIMARY KEY (origin, topic, partition)
)
--;;
CREATE TABLE inbox (
    consumer_group text NOT NULL,
    event_id uuid NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_inbox PRIMARY KEY (consumer_group, event_id)
)
--;;
CREATE TABLE dead_letter (
    consumer_group text NOT NULL,
    id uuid NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    key bytea NOT NULL,
    value bytea,
    header_names bytea[] NOT NULL,
    header_values bytea[] NOT NULL,
    written_ms bigint NOT NULL,
    municipality text,
    error_type text NOT NULL,
    reason text NOT NULL,
    tries integer NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    state text NOT NULL DEFAULT 'open',
    state_at timestamptz,
    CONSTRAINT pk_dead_letter PRIMARY KEY (consumer_group, id),
    CONSTRAINT ck_dead_letter_state CHECK (state IN ('open', 'replayed', 'discarded'))
)
--;;
CREATE INDEX ix_dead_letter_open ON dead_letter (consumer_group, at) WHERE state = 'open'
--;;
CREATE INDEX ix_dead_letter_municipality ON dead_letter (consumer_group, municipality, at) WHERE state = 'open'
