"""The HTTP application: middleware, problems, uploads, events, and the routes that belong to no resource."""
