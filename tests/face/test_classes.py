"""Decorated classes and fixtures, in every form in which people write them."""

from __future__ import annotations

import asyncio
import unittest

import boto3
import pytest

import dx_mock
from dx_mock import mock_directconnect
from dx_mock.process import current_world
from tests.helpers import CONNECTION


def here():
    return boto3.client(
        "directconnect", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y"
    )


def create():
    return here().create_connection(**CONNECTION)["connectionId"]


def count():
    return len(here().describe_connections()["connections"])


# --- nested and inherited ----------------------------------------------------------------------------------


@mock_directconnect
class TestWithNestedClasses:
    """moto#4419: tests of classes inside are mocked, too."""

    class Meta:
        """It has no tests, and is left as it is."""

        def touch(self):
            return current_world.current()

    class TestInside:
        def setup_method(self):
            create()

        def test_it(self):
            assert count() == 1
            create()

        def test_another(self):
            assert count() == 1

    class TestInsideWithoutSetup:
        def test_it(self):
            assert count() == 0

        class TestFurtherInside:
            def test_it(self):
                assert count() == 0
                create()

    class InsideUnittest(unittest.TestCase):
        def test_it(self):
            assert count() == 0

    def test_it(self):
        create()
        assert count() == 1

    def test_what_is_no_test(self):
        dx = dx_mock.active_mock()
        assert self.Meta().touch() is dx.world


@mock_directconnect
class TestNestedWithItsOwnSettings:
    @mock_directconnect(seed=7)
    class TestInside:
        def setup_method(self):
            assert dx_mock.active_mock().settings.seed == 7

        def test_it(self):
            assert dx_mock.active_mock().settings.seed == 7

    def test_it(self):
        assert dx_mock.active_mock().settings.seed == 0


@mock_directconnect
class Base:
    """A base that is decorated: ``setup_method`` of a subclass that calls no other is mocked all the same."""

    def setup_method(self):
        create()

    def teardown_method(self):
        assert count() == 2


class TestOwnSetup(Base):
    def setup_method(self):
        assert count() == 0
        create()
        create()

    def test_it(self):
        assert count() == 2


class TestSuper(Base):
    def setup_method(self, method):
        assert method.__name__ == "test_it"
        super().setup_method()
        create()

    def teardown_method(self):
        super().teardown_method()
        assert count() == 2

    def test_it(self):
        assert count() == 2


class TestNoSetup(Base):
    def test_it(self):
        assert count() == 1
        create()


class TestOwnClassSetup(Base):
    """One mock for all of its tests."""

    @classmethod
    def setup_class(cls):
        create()

    def setup_method(self):
        pass

    def teardown_method(self):
        pass

    def test_one(self):
        assert count() >= 1
        create()

    def test_other(self):
        assert count() >= 1
        create()

    @classmethod
    def teardown_class(cls):
        assert count() == 3


@mock_directconnect
class TestFixtureOfTheClass:
    """A fixture of class scope prepares all tests together."""

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def prepared(cls):
        create()
        yield
        assert count() == 1

    def test_one(self):
        assert count() == 1

    def test_other(self):
        assert count() == 1


@mock_directconnect
class TestFixtureOfEachTest:
    @pytest.fixture(autouse=True)
    def prepared(self):
        create()

    def test_one(self):
        assert count() == 1

    def test_other(self):
        assert count() == 1


@mock_directconnect
class UnittestBase(unittest.TestCase):
    def setUp(self):
        create()


class TestUnittestSubclass(UnittestBase):
    def setUp(self):
        assert count() == 0
        create()
        create()

    def tearDown(self):
        assert count() == 2

    def test_it(self):
        assert count() == 2


class TestUnittestSubclassWithClassSetUp(UnittestBase):
    @classmethod
    def setUpClass(cls):
        create()

    def setUp(self):
        pass

    def test_it(self):
        assert count() == 1

    @classmethod
    def tearDownClass(cls):
        assert count() == 1


class TestUnittestAsync(unittest.IsolatedAsyncioTestCase):
    """Decorated by hand below."""

    async def asyncSetUp(self):
        create()

    async def test_it(self):
        assert count() == 1


mock_directconnect(TestUnittestAsync)


def test_a_base_with_a_hook_of_its_own():
    """``__init_subclass__`` with options goes on working."""
    seen = []

    @mock_directconnect
    class TestHooked:
        def __init_subclass__(cls, colour, **options):
            super().__init_subclass__(**options)
            seen.append(colour)

    class TestBlue(TestHooked, colour="blue"):
        pass

    assert seen == ["blue"]


def test_a_setup_that_fails():
    """Nothing stays active."""

    @mock_directconnect
    class TestBroken:
        def setup_method(self):
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        TestBroken().setup_method()
    assert current_world.current() is None


# --- classes without tests ---------------------------------------------------------------------------------


class PlainBase:
    def inherited(self):
        return create()


@mock_directconnect
class Plain(PlainBase):
    """moto#5017: a class that is not a test class."""

    limit = 3

    def __init__(self):
        self.outside = current_world.current()

    def create(self):
        return create()

    def create_two(self):
        self.create()
        self.inherited()
        return count()

    @staticmethod
    def static():
        return create()

    @classmethod
    def of_class(cls):
        assert cls is Plain
        return create()

    async def later(self):
        await asyncio.sleep(0)
        return create()

    def some(self):
        yield create()
        yield count()

    @property
    def number(self):
        return self.limit

    def _private(self):
        return current_world.current()


def test_a_plain_class():
    plain = Plain()
    assert plain.outside is None
    for method in (plain.create, plain.inherited, plain.static, plain.of_class, Plain.static):
        assert method().startswith("dxcon-")
        assert current_world.current() is None
    assert plain.number == 3
    assert plain._private() is None
    assert list(plain.some())[1] == 1
    assert asyncio.run(plain.later()).startswith("dxcon-")


def test_a_method_that_calls_another():
    """They share a mock; two calls from outside do not."""
    assert Plain().create_two() == 2
    assert Plain().create_two() == 2


def test_the_base_is_left_as_it_is():
    assert PlainBase.inherited is not Plain.inherited


# --- fixtures ----------------------------------------------------------------------------------------------


@mock_directconnect
@pytest.fixture
def above():
    return create(), count()


@mock_directconnect(seed=5)
@pytest.fixture(params=[1, 2], name="above_named")
def above_with_settings(request):
    for _ in range(request.param):
        create()
    yield request.param
    assert count() == request.param + 1


@pytest.fixture
@mock_directconnect
def below():
    create()
    yield dx_mock.active_mock()
    assert count() == 1


@mock_directconnect
@pytest.fixture
async def above_async():
    create()
    yield dx_mock.active_mock()
    assert count() == 1


def test_over_a_fixture(above):
    """It had its mock while it ran."""
    assert above[1] == 1
    assert current_world.current() is None


def test_over_a_fixture_with_settings(above_named):
    assert count() == above_named
    create()


def test_under_a_fixture(below):
    assert dx_mock.active_mock() is below


async def test_over_a_fixture_that_is_asynchronous(above_async):
    assert dx_mock.active_mock() is above_async
