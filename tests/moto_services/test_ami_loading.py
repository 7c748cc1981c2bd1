"""moto's machine images come when somebody looks for them, and nobody can tell but by the clock on the wall."""

from __future__ import annotations

import copy
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import boto3
import freezegun
import pytest
from moto import mock_aws
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.amis import AmiBackend
from moto.moto_api._internal import mock_random

from dx_mock import mock_directconnect
from dx_mock.moto_services import ami_loading, seeding

ACCOUNT = "123456789012"
#: of moto's own list, in every version
IMAGE = "ami-03cf127a"


@pytest.fixture(autouse=True)
def as_if_never_seeded(monkeypatch):
    """Other tests of this process may have seeded moto's generator."""
    monkeypatch.setattr(seeding, "_seeded", False)


@pytest.fixture
def ec2(dx):
    """An EC2 client, with moto in play."""
    client = boto3.client("ec2", region_name="us-east-1")
    client.describe_vpcs()
    return client


def backend():
    return ec2_backends[ACCOUNT]["us-east-1"]


def waits():
    """Whether the images of the backend are still to be loaded."""
    return type(backend().amis) is ami_loading._Waiting


def described(found):
    """Images and snapshots as they are seen, but for ids that are random."""
    images = [
        (image.id, image.name, image.owner_id, image.state, image.is_public, image.creation_date)
        for image in found.amis.values()
    ]
    snapshots = [
        (each.description, each.owner_id, each.start_time, each.volume.size, each.from_ami)
        for each in found.snapshots.values()
    ]
    linked = all(image.ebs_snapshot is found.snapshots[image.ebs_snapshot.id] for image in found.amis.values())
    return images, snapshots, linked, dict(found.tags), list(found.volumes)


def test_what_is_loaded_late_is_what_moto_has():
    """Images, snapshots, their order, links and times."""
    with freezegun.freeze_time("2026-03-01"), mock_aws():
        expected = described(backend())
    with freezegun.freeze_time("2026-03-01") as clock, mock_directconnect():
        boto3.client("ec2", region_name="us-east-1").describe_vpcs()
        clock.tick(timedelta(hours=3))
        assert waits()
        found = described(backend())
    assert len(found[0]) > 500 and found[2]
    assert found == expected


def test_a_vpc_does_not_load_them(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "team", "Value": "network"}])
    ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")
    ec2.create_volume(AvailabilityZone="us-east-1a", Size=8)
    assert [tag["ResourceId"] for tag in ec2.describe_tags()["Tags"]] == [vpc]
    assert waits()


def test_describe_images(ec2):
    (image,) = ec2.describe_images(ImageIds=[IMAGE])["Images"]
    assert image["ImageId"] == IMAGE
    snapshot = image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    (found,) = ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"]
    assert IMAGE in found["Description"]
    assert ec2.describe_images(Owners=["self"])["Images"] == []
    assert not waits() and type(backend().snapshots) is not ami_loading._Waiting


def test_describe_snapshots_comes_first(ec2):
    """The snapshots of images are among them before anybody has looked at an image."""
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=8)["VolumeId"]
    mine = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    named = [each["SnapshotId"] for each in ec2.describe_snapshots()["Snapshots"]]
    assert len(named) == len(set(named)) == len(backend().amis) + 1
    assert named[-1] == mine


def test_run_instances(ec2):
    (instance,) = ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1)["Instances"]
    assert instance["ImageId"] == IMAGE
    made = ec2.create_image(InstanceId=instance["InstanceId"], Name="mine")["ImageId"]
    assert [each["ImageId"] for each in ec2.describe_images(Owners=["self"])["Images"]] == [made]
    ec2.deregister_image(ImageId=IMAGE)
    assert ec2.describe_images(ImageIds=[IMAGE])["Images"] == []


def test_tagged_images_are_found(ec2):
    ec2.create_tags(Resources=[IMAGE], Tags=[{"Key": "team", "Value": "network"}])
    tagging = boto3.client("resourcegroupstaggingapi", region_name="us-east-1")
    found = tagging.get_resources(TagFilters=[{"Key": "team"}], ResourceTypeFilters=["ec2:image"])
    (row,) = found["ResourceTagMappingList"]
    assert row["ResourceARN"].endswith(IMAGE)


def ids_after(seed):
    """Ids that a test sees that seeds moto, makes a VPC and a snapshot."""
    if seed is not None:
        mock_random.seed(seed)
    ec2 = boto3.client("ec2", region_name="us-east-1")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    snapshot = ec2.describe_images(ImageIds=[IMAGE])["Images"][0]["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    return vpc, snapshot, ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]


def test_seeded_moto():
    """The ids are those of moto alone."""
    with mock_aws():
        expected = ids_after(seed=42)
    with mock_directconnect():
        assert ids_after(seed=42) == expected


def test_moto_seeded_after_the_backend_was_made():
    """What waits is loaded before the seed, as it would have been."""
    ids = []
    for mock in (mock_aws, mock_directconnect):
        with mock():
            boto3.client("ec2", region_name="us-east-1").describe_vpcs()
            vpc, _, other = ids_after(seed=7)  # the image's snapshot is older than the seed
            ids.append((vpc, other))
    assert ids[0] == ids[1]


def test_state_put_back_is_a_seed(ec2):
    mock_random.setstate(mock_random.getstate())
    assert not waits()


def test_mock_aws_around():
    """Somebody may have seeded it before: all is as in moto alone."""
    with mock_aws():
        expected = ids_after(seed=3)
    with mock_aws():
        mock_random.seed(3)
        with mock_directconnect():
            assert ids_after(seed=None) == expected
            assert type(backend().amis) is dict


def test_mock_aws_inside_that_lasts_longer():
    """What waited is loaded when the doors close."""
    dx, mock = mock_directconnect().start(), mock_aws()
    mock.start()
    boto3.client("ec2", region_name="us-east-1").describe_vpcs()
    assert waits()
    dx.stop()
    try:
        assert not waits()
        assert len(backend().snapshots) == len(backend().amis) > 500
    finally:
        mock.stop()


def test_moto_is_as_before_afterwards():
    before = AmiBackend._load_amis, type(mock_random).seed, type(mock_random).setstate
    with mock_directconnect():
        assert AmiBackend._load_amis is not before[0]
        boto3.client("ec2", region_name="us-east-1").describe_vpcs()
        kept = backend()
    assert (AmiBackend._load_amis, type(mock_random).seed, type(mock_random).setstate) == before
    assert "seed" not in vars(type(mock_random))
    assert len(kept.amis) > 500  # somebody looks after the mock has ended
    with mock_aws():
        assert type(backend().amis) is dict


def test_moto_without_images(ec2, monkeypatch):
    """The switches of moto hold."""
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    assert len(ec2_backends[ACCOUNT]["eu-west-1"].amis) == 0
    monkeypatch.setenv("MOTO_AMIS_PATH", "images.json")  # read at moto's import: the images of the file
    assert type(ec2_backends[ACCOUNT]["eu-west-2"].amis) is dict
    assert len(ec2_backends[ACCOUNT]["eu-west-2"].amis) > 0


@pytest.mark.parametrize(
    "look",
    [
        len, bool, list, dict, reversed, repr, copy.copy, lambda d: d == {}, lambda d: d | {}, lambda d: {} | d,
        lambda d: {**d}, lambda d: {}.update(d), lambda d: IMAGE in d, lambda d: d[IMAGE], lambda d: d.get("x"),
        lambda d: d.pop("x", None), lambda d: d.setdefault("x", 1), lambda d: d.copy(), lambda d: d.keys(),
        lambda d: d.items(), lambda d: d.values(), lambda d: d.popitem(), lambda d: d.update(x=1),
        lambda d: d.__setitem__("x", 1), lambda d: d.__delitem__(IMAGE), lambda d: d.clear(),
    ],
)  # fmt: skip
def test_every_kind_of_look(dx, look):
    """The image that is looked for is there, and the dictionary is a plain one from then on."""
    found = EC2Backend("us-east-1", ACCOUNT)
    dictionary = found.amis
    dictionary.loading._load = lambda found: found.amis.update({IMAGE: "image"})
    assert type(dictionary) is ami_loading._Waiting
    look(dictionary)
    assert type(dictionary) is ami_loading._Loaded and found.amis is dictionary
    assert isinstance(dictionary, dict) and vars(dictionary) == {}
    assert type(dictionary).__getitem__ is dict.__getitem__


def test_a_dictionary_of_plain_values_is_pickled_as_one(dx):
    dictionary = EC2Backend("us-east-1", ACCOUNT).amis
    dictionary.loading._load = lambda found: found.amis.update(a=1)
    assert pickle.loads(pickle.dumps(dictionary)) == {"a": 1}


def test_many_threads_look_at_once(dx):
    found = EC2Backend("us-east-1", ACCOUNT)
    start = threading.Barrier(8)

    def look(number):
        start.wait(10)
        return len(found.amis if number % 2 else found.snapshots)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(look, range(8)))) == 1


def test_an_error_of_motos_reaches_who_looks(dx):
    made = EC2Backend("us-east-1", ACCOUNT)
    dictionary = made.amis
    load, failures = dictionary.loading._load, [OSError("no such file")]

    def failing(found):
        load(found)
        if failures:
            raise failures.pop()

    dictionary.loading._load = failing
    with pytest.raises(OSError, match="no such file"):
        len(dictionary)
    assert len(dictionary) == len(made.snapshots) > 500


def test_a_reset_begins_anew(dx):
    """A dictionary from before the reset gets its own images, and the new one its own."""
    old = EC2Backend("us-east-1", ACCOUNT)
    before = old.amis
    old.reset()
    assert before is not old.amis and type(old.amis) is ami_loading._Waiting
    assert len(before) > 500
    assert type(old.amis) is ami_loading._Waiting
    assert {image.id for image in old.amis.values()} == {image.id for image in before.values()}
    assert not {id(image) for image in old.amis.values()} & {id(image) for image in before.values()}


def test_what_earlier_mocks_left_is_not_loaded():
    """Moto keeps the backends of mocks that have ended; a seed does not wait for theirs."""
    for _ in range(2):
        with mock_directconnect():
            boto3.client("ec2", region_name="us-east-1").describe_vpcs()
            kept = backend()
    with mock_directconnect():
        mock_random.seed(1)
    assert type(kept.amis) is ami_loading._Waiting


def test_the_dashboard_of_moto_lists_them(ec2):
    from moto.moto_api._internal.responses import MotoAPIResponse

    assert waits()
    _, _, body = MotoAPIResponse().model_data(None, "", {})
    assert IMAGE in body


def test_times_of_others_are_their_own(dx):
    """While images are stamped with an older time, another thread's volumes are not."""
    from moto.ec2.models import elastic_block_store

    seen = []
    dictionary = EC2Backend("us-east-1", ACCOUNT).amis
    stamp = next(name for name in ami_loading._STAMPS if hasattr(elastic_block_store, name))

    def load(found):
        thread = threading.Thread(target=lambda: seen.append(getattr(elastic_block_store, stamp)()))
        thread.start()
        thread.join(10)
        seen.append(getattr(elastic_block_store, stamp)())

    dictionary.loading._load = load
    with freezegun.freeze_time(datetime(2030, 1, 1)):
        len(dictionary)
    theirs, loaded = map(str, seen)
    assert theirs.startswith("2030") and not loaded.startswith("2030")
