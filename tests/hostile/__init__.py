"""What comes from outside and means no good: every parser and every form gives a value or says no, and nothing else ever."""
