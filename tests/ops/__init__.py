"""Set-up, embedded servers, commands."""
