"""The account that the stand-in is."""

ACCOUNT = "123456789012"
REGION = "us-east-1"
