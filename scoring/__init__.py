"""KPI values become points, and every point can be explained."""
