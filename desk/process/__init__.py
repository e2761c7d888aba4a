"""The restorative process of a case: where it stands, what its next step needs, and the records that staff write."""
