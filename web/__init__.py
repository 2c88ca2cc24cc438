"""The composition root: settings, start-up, command line, pages and API."""
