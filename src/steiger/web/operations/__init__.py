"""Running the product: health, metrics, backup, doctor, supervisor."""
