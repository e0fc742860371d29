"""What municipalities really send, over HTTP to a running platform; every case has its right outcome."""
