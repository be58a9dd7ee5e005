"""What people report: complaints and insurance claims, from the first word to the decision."""
