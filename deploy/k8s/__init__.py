"""The platform on Kubernetes: the manifests in `base`, and the checks that compare them with the settings that the
services read.
"""
