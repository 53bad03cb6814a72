"""Small files that feeds and bug reports brought, each imported by itself: what came of it beside what is right."""
