"""What `polypost doctor` asks of an account, without changing anything."""
