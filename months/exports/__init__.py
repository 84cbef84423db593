"""A closed month as files: workbook, archive of CSV, JSON; the same bytes each time, the digest on each."""
