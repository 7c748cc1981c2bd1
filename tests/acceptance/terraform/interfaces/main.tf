# Virtual interfaces of one account, on its own connections, and the gateways behind them.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region     = "eu-central-1"
  access_key = "210987654321"
  secret_key = "secret"
}

variable "changed" {
  description = "Whether everything that can be changed in place has its second value."
  default     = false
}

locals {
  tags = var.changed ? { stage = "after", owner = "network" } : { stage = "before" }
}

data "aws_dx_locations" "all" {}

resource "aws_dx_connection" "one" {
  name      = "one"
  bandwidth = "10Gbps"
  location  = sort(data.aws_dx_locations.all.location_codes)[0]
}

resource "aws_vpc" "office" {
  cidr_block = "10.255.255.0/28"
}

resource "aws_vpn_gateway" "direct" {
  vpc_id = aws_vpc.office.id
}

resource "aws_vpc" "lab" {
  cidr_block = "10.255.254.0/28"
}

resource "aws_vpn_gateway" "lab" {
  vpc_id = aws_vpc.lab.id
}

resource "aws_ec2_transit_gateway" "hub" {
  amazon_side_asn = 64600
}

resource "aws_dx_gateway" "private" {
  name            = var.changed ? "private, renamed" : "private"
  amazon_side_asn = "64512"
}

resource "aws_dx_gateway" "transit" {
  name            = "transit"
  amazon_side_asn = "4200000000"
}

# No prefixes: those of the VPC.
resource "aws_dx_gateway_association" "lab" {
  dx_gateway_id         = aws_dx_gateway.private.id
  associated_gateway_id = aws_vpn_gateway.lab.id
}

resource "aws_dx_gateway_association" "hub" {
  dx_gateway_id         = aws_dx_gateway.transit.id
  associated_gateway_id = aws_ec2_transit_gateway.hub.id
  allowed_prefixes      = var.changed ? ["10.255.255.0/30", "10.255.255.16/28"] : ["10.255.255.0/30", "10.255.255.8/30"]
}

data "aws_ec2_transit_gateway_dx_gateway_attachment" "hub" {
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
  dx_gateway_id      = aws_dx_gateway_association.hub.dx_gateway_id
}

resource "aws_dx_private_virtual_interface" "gateway" {
  connection_id    = aws_dx_connection.one.id
  dx_gateway_id    = aws_dx_gateway.private.id
  name             = "to the gateway"
  vlan             = 100
  address_family   = "ipv4"
  bgp_asn          = 65352
  mtu              = var.changed ? 9001 : 1500
  sitelink_enabled = var.changed
  tags             = local.tags
}

resource "aws_dx_private_virtual_interface" "direct" {
  connection_id    = aws_dx_connection.one.id
  vpn_gateway_id   = aws_vpn_gateway.direct.id
  name             = "to one VPC"
  vlan             = 101
  address_family   = "ipv4"
  bgp_asn          = 65352
  bgp_auth_key     = "secret-of-six-or-more"
  amazon_address   = "169.254.10.1/30"
  customer_address = "169.254.10.2/30"
  tags             = local.tags
}

resource "aws_dx_public_virtual_interface" "public" {
  connection_id         = aws_dx_connection.one.id
  name                  = "public"
  vlan                  = 102
  address_family        = "ipv4"
  bgp_asn               = 65352
  amazon_address        = "175.45.176.1/28"
  customer_address      = "175.45.176.2/28"
  route_filter_prefixes = ["210.52.109.0/24", "175.45.176.0/22"]
  tags                  = local.tags
}

resource "aws_dx_public_virtual_interface" "public_ipv6" {
  connection_id         = aws_dx_connection.one.id
  name                  = "public, IPv6"
  vlan                  = 103
  address_family        = "ipv6"
  bgp_asn               = 65352
  route_filter_prefixes = ["2400:cb00::/32"]
}

resource "aws_dx_transit_virtual_interface" "transit" {
  connection_id    = aws_dx_connection.one.id
  dx_gateway_id    = aws_dx_gateway.transit.id
  name             = "transit"
  vlan             = 104
  address_family   = "ipv4"
  bgp_asn          = 65352
  mtu              = var.changed ? 8500 : 1500
  sitelink_enabled = var.changed
  tags             = local.tags
}

resource "aws_dx_bgp_peer" "second" {
  virtual_interface_id = aws_dx_private_virtual_interface.gateway.id
  address_family       = "ipv6"
  bgp_asn              = 65351
}

data "aws_dx_gateway" "found" {
  name       = aws_dx_gateway.transit.name
  depends_on = [aws_dx_gateway.transit]
}

data "aws_dx_router_configuration" "cisco" {
  virtual_interface_id   = aws_dx_private_virtual_interface.gateway.id
  router_type_identifier = "CiscoSystemsInc-2900SeriesRouters-IOS124"
  depends_on             = [aws_dx_bgp_peer.second]
}

output "found" {
  value = {
    gateway       = data.aws_dx_gateway.found.id == aws_dx_gateway.transit.id
    attachment    = data.aws_ec2_transit_gateway_dx_gateway_attachment.hub.id
    prefixes      = aws_dx_gateway_association.lab.allowed_prefixes
    configuration = data.aws_dx_router_configuration.cisco.customer_router_config
    vendor        = data.aws_dx_router_configuration.cisco.router[0].vendor
    peer_status   = aws_dx_bgp_peer.second.bgp_status
    address       = aws_dx_public_virtual_interface.public_ipv6.amazon_address
    jumbo         = aws_dx_private_virtual_interface.gateway.jumbo_frame_capable
  }
}
