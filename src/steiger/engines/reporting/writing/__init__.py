"""Chapters as people write them, and the document that comes of them.

chapter = parse("Es gab {{consultations}} Gespräche.")
document = compose(title, [chapter], context)
"""
