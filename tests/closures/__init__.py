"""Stories about closed visits: what becomes of the work, the evidence and the money."""
