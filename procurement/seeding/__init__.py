"""A demonstration city, made through the services so that its history, documents and register are real."""
