DROP INDEX ix_dead_letter_finished
--;;
DROP INDEX ix_inbox_received_at
--;;
DROP TABLE version_raise
--;;
DROP TABLE rebuild_seen
--;;
DROP TABLE rebuild
