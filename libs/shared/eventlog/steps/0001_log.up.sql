CREATE TABLE topic (
    name            text PRIMARY KEY,
    partitions      integer NOT NULL CHECK (partitions > 0),
    compacted       boolean NOT NULL,
    retention_hours integer CHECK (retention_hours > 0),
    max_compaction_lag_ms bigint CHECK (max_compaction_lag_ms > 0)
)
--;;
-- One counter per partition. An append holds its row to commit, so offsets are dense and appear in order.
CREATE TABLE topic_partition (
    topic       text NOT NULL REFERENCES topic (name),
    partition   integer NOT NULL,
    next_offset bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50)
--;;
-- One table for each topic, made when the topic is applied (rights.py): so a right to read or write a topic is a right to
-- a table, which costs nothing per record, and COPY works, which row-level security would refuse.
-- No foreign key: an append holds its partition's row anyway, and a check per record would cost more than the record.
CREATE TABLE record (
    topic     text NOT NULL,
    partition integer NOT NULL,
    "offset"  bigint NOT NULL,
    key       text NOT NULL,
    names     text[] NOT NULL,
    contents  bytea[] NOT NULL,
    value     bytea,
    created   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (topic, partition, "offset"),
    CHECK (cardinality(names) = cardinality(contents))
) PARTITION BY LIST (topic)
--;;
COMMENT ON COLUMN record.names IS 'names of the headers, in their order; contents holds their values'
--;;
CREATE INDEX record_by_key ON record (topic, partition, key, "offset")
--;;
-- Who may append under a name: the writer entered last, by its number.
CREATE TABLE writer (
    name  text PRIMARY KEY,
    epoch bigint NOT NULL DEFAULT 1
)
--;;
CREATE INDEX record_tombstone ON record (topic, partition, "offset") WHERE value IS NULL
--;;
-- How far compaction has looked: below, each key has one record. Not in topic_partition, whose rows appends hold.
CREATE TABLE compaction (
    topic        text NOT NULL,
    partition    integer NOT NULL,
    compacted_to bigint NOT NULL,
    PRIMARY KEY (topic, partition),
    FOREIGN KEY (topic, partition) REFERENCES topic_partition (topic, partition)
)
--;;
CREATE TABLE consumer_group (
    name       text PRIMARY KEY,
    generation bigint NOT NULL DEFAULT 0
)
--;;
CREATE TABLE group_member (
    group_name text NOT NULL REFERENCES consumer_group (name),
    id         text NOT NULL,
    topics     text[] NOT NULL,
    expires    timestamptz NOT NULL,
    PRIMARY KEY (group_name, id)
)
--;;
CREATE TABLE group_partition (
    group_name text NOT NULL REFERENCES consumer_group (name),
    topic      text NOT NULL,
    partition  integer NOT NULL,
    owner      text,
    committed  bigint CHECK (committed >= 0),
    PRIMARY KEY (group_name, topic, partition),
    FOREIGN KEY (topic, partition) REFERENCES topic_partition (topic, partition)
) WITH (fillfactor = 50)
--;;
CREATE TABLE step (
    number integer PRIMARY KEY,
    taken  timestamptz NOT NULL DEFAULT clock_timestamp()
)
--;;
-- The service of the role that asks: roles are named <database>_<service>.
CREATE FUNCTION asking_service() RETURNS text LANGUAGE sql STABLE
    RETURN substr(current_user::text, length(current_database()) + 2)
--;;
ALTER TABLE topic_partition ENABLE ROW LEVEL SECURITY
--;;
CREATE POLICY seen ON topic_partition FOR SELECT USING (true)
--;;
-- Who may append to a topic may take its offsets, and nobody else.
CREATE POLICY appended ON topic_partition FOR UPDATE
    USING (has_table_privilege(format('%I', 'record_' || topic), 'INSERT'))
--;;
ALTER TABLE writer ENABLE ROW LEVEL SECURITY
--;;
CREATE POLICY own ON writer USING (name = 'relay-' || (SELECT asking_service()))
--;;
-- A service's groups are its name, and what begins with its name and a dot (the rebuild of a read model).
ALTER TABLE consumer_group ENABLE ROW LEVEL SECURITY
--;;
CREATE POLICY own ON consumer_group
    USING (name = (SELECT asking_service()) OR starts_with(name, (SELECT asking_service()) || '.'))
--;;
ALTER TABLE group_member ENABLE ROW LEVEL SECURITY
--;;
CREATE POLICY own ON group_member
    USING (group_name = (SELECT asking_service()) OR starts_with(group_name, (SELECT asking_service()) || '.'))
--;;
ALTER TABLE group_partition ENABLE ROW LEVEL SECURITY
--;;
CREATE POLICY own ON group_partition
    USING (group_name = (SELECT asking_service()) OR starts_with(group_name, (SELECT asking_service()) || '.'))
