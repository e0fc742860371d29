CREATE TABLE retired_key (
    ring text NOT NULL,
    key_id text NOT NULL,
    retired_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_retired_key PRIMARY KEY (ring, key_id),
    CONSTRAINT ck_retired_key_ring CHECK (ring IN ('data', 'lookup', 'blind_index'))
)
--;;
-- The id of the key by which a value of the vault is sealed: version (1 byte), length (1), id. See privacy/keys.py.
CREATE FUNCTION sealed_key_id(value bytea) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN convert_from(substring(value FROM 3 FOR get_byte(substring(value FROM 2 FOR 1), 0)), 'UTF8')
--;;
-- A process that still has an old ring writes nothing with a key that was retired: its statement fails with the state
-- SK001, which passes by itself once it is restarted. The first query is all it costs while nothing is retired.
CREATE FUNCTION forbid_retired() RETURNS trigger LANGUAGE plpgsql AS $function$
DECLARE
    found text;
BEGIN
    IF NOT EXISTS (SELECT FROM retired_key WHERE ring = TG_ARGV[0]) THEN
        RETURN NULL;
    END IF;
    EXECUTE format(
        'SELECT r.key_id FROM written JOIN retired_key AS r ON r.ring = %L AND r.key_id IN (%s) LIMIT 1',
        TG_ARGV[0], TG_ARGV[1]
    ) INTO found;
    IF found IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'SK001',
            MESSAGE = format('key %s of the ring %s is retired: this process runs with an old ring', found, TG_ARGV[0]);
    END IF;
    RETURN NULL;
END
$function$
