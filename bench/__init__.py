"""How fast Cairn is, as ratios in one run. Nothing is asserted: a busy machine must not fail a test."""
