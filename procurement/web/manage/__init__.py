"""Pages of the people who look after calls: officers, approvers, auditors."""
