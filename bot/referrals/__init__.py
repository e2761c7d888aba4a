"""A referral on the person's side: handed over, proposed, kept as their own copy, changed since, counted."""
