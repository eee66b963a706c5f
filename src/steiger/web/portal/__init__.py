"""Home page, navigation, design, static pages, API root."""
