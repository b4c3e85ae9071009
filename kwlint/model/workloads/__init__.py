"""What workloads ask for and how they roll out."""
