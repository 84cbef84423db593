"""Reading service months: the calendar, what stands against closing, what was sealed, and results for export."""
