"""Referrals that staff enter for somebody, from the phone or from paper, and those that wait for the person's yes."""
