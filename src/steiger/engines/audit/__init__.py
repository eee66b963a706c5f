"""Examination of AI systems: from protection need to a certificate that anyone can check."""
