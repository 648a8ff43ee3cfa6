"""Stories in which the contractor portal is the job side."""
