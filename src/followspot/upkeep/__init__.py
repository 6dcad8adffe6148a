"""It stays up: copies and their return, new versions, whether all is well."""
