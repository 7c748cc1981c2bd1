"""unittest: every test of a decorated class has a world of its own, begun before ``setUp``."""

import unittest

import boto3

from dx_mock import active_mock, mock_directconnect


@mock_directconnect(provisioning="manual")
class LagTests(unittest.TestCase):
    def setUp(self):
        self.client = boto3.client("directconnect", region_name="us-east-1")
        self.lag = self.client.create_lag(
            numberOfConnections=2, location="EqDC2", connectionsBandwidth="10Gbps", lagName="backbone"
        )["lagId"]

    def state(self):
        return self.client.describe_lags(lagId=self.lag)["lags"][0]["lagState"]

    def test_members_come_up(self):
        active_mock().provision(self.lag)
        self.assertEqual(self.state(), "available")

    def test_it_is_pending_until_then(self):
        self.assertEqual(self.state(), "pending")


if __name__ == "__main__":
    unittest.main()
