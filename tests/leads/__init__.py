"""Stories of closed visits on which engineers noted a lead."""
