"""Sheets as people make them: read with limits, written so that no cell can act."""
