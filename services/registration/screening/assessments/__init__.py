"""The 13 questions of the guide, answered by the staff about a pupil or a group. The answers stay in this service."""
