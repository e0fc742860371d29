"""From an upload to a durable receipt, and what a receipt keeps: chunks and refused rows."""
