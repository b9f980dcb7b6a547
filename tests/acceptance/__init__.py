"""Replays cases files about order routing through the public gRPC API."""
