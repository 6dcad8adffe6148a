"""What a server lives through: killed at random moments, a full disk, a lost database, a clock that jumps, two at once."""
