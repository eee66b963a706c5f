"""Examinations: from the protection need to a certificate."""
