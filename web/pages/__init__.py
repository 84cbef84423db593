"""One file a page: translate the request in, make one domain call, translate the answer out."""
