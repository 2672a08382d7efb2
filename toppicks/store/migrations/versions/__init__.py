"""The steps; see REVISIONS in toppicks/store/schema.py."""
