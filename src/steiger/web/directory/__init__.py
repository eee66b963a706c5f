"""The KI-Landkarte: actors, their roles, places and relations."""
