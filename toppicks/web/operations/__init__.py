"""The API's operations: declared once, then checked, served and described by that."""
