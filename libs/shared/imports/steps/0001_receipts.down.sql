DROP TABLE replay_due
--;;
DROP TABLE parked_row
--;;
DROP TABLE import_refusal
--;;
DROP TABLE import_staging
--;;
DROP TABLE import_claim
--;;
DROP TABLE import_slice
--;;
DROP TABLE import_chunk
--;;
DROP TABLE import_receipt
