"""Acts on people and roles, and the audit log that every room writes to."""
