"""Calendars as RFC 5545 says (iCalendar), and invitations that change and end (RFC 5546, iTIP)."""
