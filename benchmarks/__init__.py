"""What Followspot can do, measured side by side with its peers."""
