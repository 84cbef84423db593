"""Running Shifen: command line, embedded servers, worker, backup and verification."""
