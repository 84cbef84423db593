"""An invented city company: its units, people, facts and months, from one seed number."""
