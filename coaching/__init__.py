"""Who lags and on what, and the plan that helps."""
