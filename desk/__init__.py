"""The staff side.

Here may live what every page of the desk stands on. The pages and the alerts have a room for each matter.
"""
