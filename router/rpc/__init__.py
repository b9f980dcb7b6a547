"""The wire: the same handlers behind two gRPC fronts and JSON over HTTP."""
