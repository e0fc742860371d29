"""The platform on Kubernetes: the manifests in `base`, and the checks that hold them against what the services read."""
