"""Forms: a base with CSRF, fields that read what people type, widgets that draw them with the components."""
