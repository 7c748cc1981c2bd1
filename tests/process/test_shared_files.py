"""Sessions share what they read from botocore's files, and none can tell."""

from __future__ import annotations

import copy
import json
import os
import pickle
from collections import Counter

import boto3
import botocore.session
import pytest
from botocore import hooks, loaders
from botocore.compat import accepts_kwargs
from botocore.exceptions import DataNotFoundError, UnknownServiceError

from dx_mock import mock_directconnect
from dx_mock.process import quick_registration, shared_files

PARTITIONS = ("us-east-1", "eu-west-3", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1")


@pytest.fixture
def reads(monkeypatch):
    """Count the files of botocore that are read, from an empty store on."""
    counted = Counter()
    read = loaders.JSONFileLoader._load_file

    def counting(self, path, open_method):
        found = read(self, path, open_method)
        if found is not None:
            counted[os.path.relpath(path, loaders.Loader.BUILTIN_DATA_PATH).replace(os.sep, "/")] += 1
        return found

    monkeypatch.setattr(loaders.JSONFileLoader, "_load_file", counting)
    monkeypatch.setattr(shared_files, "_documents", type(shared_files._documents)())
    monkeypatch.setattr(shared_files, "_lists", {})
    return counted


def client(service="directconnect", region="us-east-1", session=None, **options):
    return (session or boto3.Session()).client(service, region_name=region, **options)


def large(reads):
    """How often the large files were read."""
    return {name: count for name, count in reads.items() if name.endswith((".gz", "endpoints.json"))}


def test_many_sessions_read_once(reads):
    with mock_directconnect():
        for _ in range(3):
            client().describe_connections()
    first = large(reads)
    assert len(first) == 3 and set(first.values()) == {1}  # the model, its rules, the endpoints
    with mock_directconnect():
        client().describe_connections()
    assert large(reads) == first


def test_a_setting_turns_it_off(reads):
    with mock_directconnect(share_botocore_files=False):
        for _ in range(2):
            client().describe_connections()
    assert set(large(reads).values()) == {2}
    with pytest.raises(TypeError, match="share_botocore_files must be True or False, not 1"):
        mock_directconnect(share_botocore_files=1)


def test_a_snapshot_leaves_the_setting_alone():
    with mock_directconnect() as dx:
        taken = dx.snapshot()
    with mock_directconnect(share_botocore_files=False) as dx:
        dx.restore(taken)
        assert dx.world.settings.share_botocore_files is False


def test_botocore_is_as_before_afterwards(reads):
    before = dict(vars(loaders.Loader)), dict(vars(hooks.EventAliaser)), hooks.accepts_kwargs
    with mock_directconnect():
        assert hooks.accepts_kwargs is not before[2]
        kept = botocore.session.get_session()
        model = kept.get_service_data("directconnect")
    assert (dict(vars(loaders.Loader)), dict(vars(hooks.EventAliaser)), hooks.accepts_kwargs) == before
    assert kept.get_service_data("directconnect") is model
    client()
    client()
    assert max(large(reads).values()) == 3


def test_models_of_somebodys_own(reads, tmp_path, monkeypatch):
    """With ``AWS_DATA_PATH`` a session reads for itself, and sees what is there."""
    folder = tmp_path / "directconnect" / "2030-01-01"
    folder.mkdir(parents=True)
    with mock_directconnect():
        plain = botocore.session.get_session().get_service_data("directconnect")
        (folder / "service-2.json").write_text(json.dumps({**plain, "mine": True}))
        monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
        assert botocore.session.get_session().get_service_data("directconnect")["mine"]
        monkeypatch.delenv("AWS_DATA_PATH")
        assert "mine" not in botocore.session.get_session().get_service_data("directconnect")


def test_a_loader_of_somebodys_own(reads):
    """Classes derived from botocore's, such as moto's, and other readers of files read for themselves."""

    class Reader(loaders.JSONFileLoader):
        pass

    with mock_directconnect():
        client()
        for loader in (type("Mine", (loaders.Loader,), {})(), loaders.Loader(file_loader=Reader())):
            for _ in range(2):
                assert loader.load_service_model("directconnect", "service-2")["metadata"]
    assert sorted(large(reads).values()) == [1, 1, 3]


def test_a_file_that_has_changed_is_read_again(reads, monkeypatch):
    with mock_directconnect():
        client()
        monkeypatch.setattr(
            shared_files, "_state_of", lambda path: "changed" if "-extras" not in path else None
        )
        client()
    assert set(large(reads).values()) == {2}


def test_a_file_that_has_gone_is_missed(monkeypatch):
    """As in a file system of pyfakefs, where botocore's files are not."""
    with mock_directconnect():
        client()
        monkeypatch.setattr(os.path, "isfile", lambda path: False)
        monkeypatch.setattr(shared_files, "_state_of", lambda path: None)
        with pytest.raises(DataNotFoundError, match="endpoints"):
            botocore.session.get_session().get_data("endpoints")


def test_lists_are_each_sessions_own():
    with mock_directconnect():
        mine = boto3.Session().get_available_services()
        mine.clear()
        assert "directconnect" in boto3.Session().get_available_services()


def test_endpoints_are_each_sessions_own():
    """A resolver writes resolved names into what it has read."""
    with mock_directconnect():
        client("ec2")  # writes
        first, second = (botocore.session.get_session().get_data("endpoints") for _ in range(2))
        plain = json.loads(json.dumps(second))
        ec2 = first["partitions"][0]["services"]["ec2"]["endpoints"]["us-east-1"]
        ec2["hostname"] = "mine"
        assert json.loads(json.dumps(second)) == plain
        assert plain == loaders.JSONFileLoader().load_file(f"{loaders.Loader.BUILTIN_DATA_PATH}/endpoints")


@pytest.mark.parametrize(
    "taken",
    [
        lambda each: each["a"],
        lambda each: each.get("a"),
        lambda each: each.pop("a"),
        lambda each: each.popitem()[1],
        lambda each: each.copy()["a"],
        lambda each: each.setdefault("a", {}),
        lambda each: next(iter(each.values())),
        lambda each: next(iter(each.items()))[1],
        lambda each: dict(each)["a"],
        lambda each: {**each}["a"],
        lambda each: (each | {})["a"],
        lambda each: ({} | each)["a"],
        lambda each: copy.copy(each)["a"],
        lambda each: copy.deepcopy(each)["a"],
        lambda each: pickle.loads(pickle.dumps(each))["a"],
    ],
)
def test_whatever_way_a_service_is_taken_it_is_a_copy(taken):
    shared = {"a": {"endpoints": {}}}
    found = taken(shared_files._OwnServices(shared))
    assert found == {"endpoints": {}}
    found["endpoints"]["x"] = 1
    assert shared == {"a": {"endpoints": {}}}


def test_what_is_set_is_kept():
    own = shared_files._OwnServices({"a": {}})
    mine = own["b"] = {}
    own["a"] = mine
    assert own["a"] is mine is own["b"] and own.get("c", 7) == 7 and own.pop("c", 8) == 8


def test_as_many_are_kept(monkeypatch, reads):
    monkeypatch.setattr(shared_files, "_KEPT", 2)
    with mock_directconnect():
        client()
    assert len(shared_files._documents) == 2


def test_names_of_events_and_signatures():
    """The same answers as botocore's own, the second time as well, and for aliases of one's own."""
    names = ["before-call.direct-connect.X", "before-call.directconnect", "creating-client-class.iot-data", "a"]
    expected = [hooks.EventAliaser(hooks.HierarchicalEmitter())._alias_event_name(name) for name in names]
    assert expected != names
    own = {"a": "b", **{old: new for old, new in hooks.EVENT_ALIASES.items() if old != "a"}}
    with mock_directconnect():
        for _ in range(2):
            aliaser = hooks.EventAliaser(hooks.HierarchicalEmitter())
            assert [aliaser._alias_event_name(name) for name in names] == expected
        assert hooks.EventAliaser(hooks.HierarchicalEmitter(), own)._alias_event_name("a") == "b"
    assert len(quick_registration._as_they_are) <= quick_registration._KEPT


def _decorated(function):
    function.__signature__ = None
    return function


class _Callable:
    def __call__(self, **kwargs):
        """A handler."""

    def method(self, first, *rest, second=1, **others):
        """A handler."""


@pytest.mark.parametrize("handler", [
    lambda **kwargs: None, lambda a, b=1, *c, d, **e: None, lambda a: None, lambda *a: None, _Callable(),
    _Callable().method, _Callable.method, print, dict,
])  # fmt: skip
def test_signatures_are_botocores(handler):
    def answer(ask):
        try:
            return ask(handler)
        except TypeError as error:
            return str(error)

    with mock_directconnect():
        assert answer(hooks.accepts_kwargs) == answer(accepts_kwargs)


def _request_of(made):
    """URL and body of the first operation that needs no parameters, and the model as it is then."""
    seen = {}

    def stop(request, **_):
        seen.update(url=request.url, body=bytes(request.body or b""))
        raise KeyboardInterrupt

    made.meta.events.register_first("before-send", stop)
    for operation in made.meta.service_model.operation_names:
        model = made.meta.service_model.operation_model(operation)
        if model.input_shape is None or not model.input_shape.required_members:
            try:
                made._make_api_call(operation, {})
            except KeyboardInterrupt:
                pass
            except Exception as error:
                seen["error"] = f"{type(error).__name__}: {error}"
            return operation, seen
    return None, seen


def _everything_of(service):
    """What a new session shows of a service: document, URLs in every partition, a request, its model after."""
    session = boto3.Session("a", "b", region_name="us-east-1")
    seen = {
        "regions": {
            name: session.get_available_regions(service, name) for name in session.get_available_partitions()
        }
    }
    loader = session._loader
    for kind in ("service-2", "paginators-1", "waiters-2", "endpoint-rule-set-1"):
        try:
            seen[kind] = json.dumps(loader.load_service_model(service, kind))
        except (DataNotFoundError, UnknownServiceError) as error:
            seen[kind] = str(error)
    for region in PARTITIONS:
        made = client(service, region, session)
        signing = made.meta.config.signature_version, made._request_signer.region_name
        seen[region] = made.meta.endpoint_url, made.meta.partition, signing
    for options in ({"use_fips_endpoint": True}, {"use_dualstack_endpoint": True}):
        try:
            seen[str(options)] = client(
                service, session=session, config=boto3.session.Config(**options)
            ).meta.endpoint_url
        except Exception as error:
            seen[str(options)] = str(error)
    made = client(service, session=session)
    seen["request"] = _request_of(made)
    seen["after"] = json.dumps(made.meta.service_model._service_description)
    return seen


@pytest.mark.slow
@pytest.mark.parametrize("tenth", range(10))
def test_every_service_in_every_partition(tenth, monkeypatch):
    """A second session that shares is in all the same as one that reads for itself."""
    monkeypatch.setattr(quick_registration, "_KEPT", 5000)
    for service in boto3.Session().get_available_services()[tenth::10]:
        shared_files.uninstall()
        expected = _everything_of(service)
        shared_files.install()
        try:
            _everything_of(service)
            found = _everything_of(service)
        finally:
            shared_files.uninstall()
        for name, value in expected.items():
            if name == "request" and value[1].get("body"):
                continue  # bodies can have tokens that are new each time; the URL is compared with the others
            assert found[name] == value, (service, name)
    reader = loaders.JSONFileLoader()
    for kept in shared_files._documents.values():
        assert json.dumps(kept.content) == json.dumps(reader.load_file(kept.path)), kept.path
