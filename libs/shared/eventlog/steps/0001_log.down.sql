DROP TABLE step, group_partition, group_member, consumer_group, record, topic_partition, topic
