"""The HTTP API: routes, what they take and answer, errors as HTTP, OpenAPI, static files."""
