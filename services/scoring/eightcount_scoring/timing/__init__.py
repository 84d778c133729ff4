"""The lags of the take, and their compensation."""
