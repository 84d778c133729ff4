"""The HTTP face of Eightcount: uploads, durable jobs, progress, reports."""
