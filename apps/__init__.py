"""What people start: it imports no service and speaks HTTP."""
