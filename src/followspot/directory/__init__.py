"""What the organisation's directory says: who has an account here, and who is of which team (SCIM 2.0, RFC 7643 and 7644)."""
