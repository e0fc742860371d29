"""Invitations and the municipalities' answers."""
