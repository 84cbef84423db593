"""What published months say together: what a theme achieved, where units are weak for long, who wins again and again."""
