DROP TABLE dead_letter
--;;
DROP TABLE inbox
--;;
DROP TABLE told_position
--;;
DROP TABLE outbox
