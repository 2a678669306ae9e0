"""Pages: one module per topic; each page is a type (`Page`) with a template of the same topic."""
