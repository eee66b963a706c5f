"""Template tags of the Landkarte."""
