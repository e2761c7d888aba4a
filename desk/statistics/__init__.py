"""Figures about the service as a whole, from marked fields alone and none of them small: as tables, plots and files."""
