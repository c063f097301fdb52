"""A verifier of bundles and evidence logs, written from the format pages alone."""
