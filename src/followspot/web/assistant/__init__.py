"""The door for assistants (Model Context Protocol): a few tools, each a call of the API under the caller's own rights."""
