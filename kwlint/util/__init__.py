"""What knows neither YAML nor Kubernetes: each module stands by itself."""
