"""Charts as server-side SVG: values in, markup out, each with a text alternative; floats are drawing coordinates only."""
