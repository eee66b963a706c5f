"""What the portal itself keeps."""
