"""The KI-Landkarte's engine: search, matching of names, import of foreign lists."""
