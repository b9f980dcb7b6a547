"""Every method of the proto is served; none is written by hand."""

from scripted_app import ScriptedApp

from router.metrics import ProcessFigures
from router.rpc.methods import methods_of, service_descriptors


def test_every_method_of_every_service_is_bound():
    methods = methods_of(ScriptedApp().services, ProcessFigures())
    declared = {
        f"/{service.full_name}/{method.name}"
        for service in service_descriptors()
        for method in service.methods
    }
    assert {method.path for method in methods} == declared
    assert len(declared) >= 20


def test_methods_with_a_request_id_are_mutations():
    methods = methods_of(ScriptedApp().services, ProcessFigures())
    mutating = {method.name for method in methods if method.mutates}
    assert {"Hold", "Commit", "ReleaseHold", "SetStock", "ImportStock"} <= mutating
    assert not {"Quote", "GetOrder", "ListEntries"} & mutating
