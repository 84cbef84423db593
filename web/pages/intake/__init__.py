"""Facts come in: upload, preview with decisions, batches, what is missing."""
