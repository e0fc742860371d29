DROP TABLE step, group_partition, group_member, consumer_group, compaction, writer, record, topic_partition, topic
--;;
DROP FUNCTION asking_service()
