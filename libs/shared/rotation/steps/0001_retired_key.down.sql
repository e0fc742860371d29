DROP FUNCTION forbid_retired()
--;;
DROP FUNCTION sealed_key_id(bytea)
--;;
DROP TABLE retired_key
