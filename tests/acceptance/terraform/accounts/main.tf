# Three accounts: a partner with hosted connections, the company's network account, and an account that uses
# both.  The first two are named by their access keys, the third is reached by a role.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  alias      = "partner"
  region     = "us-west-2"
  access_key = "111111111111"
  secret_key = "secret"
}

provider "aws" {
  alias      = "network"
  region     = "us-west-2"
  access_key = "222222222222"
  secret_key = "secret"
}

provider "aws" {
  alias      = "user"
  region     = "us-west-2"
  access_key = "222222222222"
  secret_key = "secret"

  assume_role {
    role_arn = "arn:aws:iam::333333333333:role/network"
  }
}

variable "changed" {
  description = "Whether everything that can be changed in place has its second value."
  default     = false
}

locals {
  tags = var.changed ? { stage = "after", owner = "network" } : { stage = "before" }
  user = data.aws_caller_identity.user.account_id
}

data "aws_caller_identity" "user" {
  provider = aws.user
}

# A hosted connection, from the partner's LAG to its user's virtual interface.

resource "aws_dx_connection" "port" {
  provider  = aws.partner
  name      = "port"
  bandwidth = "10Gbps"
  location  = "EqSe2-EQ"
}

resource "aws_dx_lag" "ports" {
  provider              = aws.partner
  name                  = "ports"
  connection_id         = aws_dx_connection.port.id
  connections_bandwidth = "10Gbps"
  location              = "EqSe2-EQ"
  force_destroy         = true

  lifecycle {
    ignore_changes = [connection_id] # the API does not show it, so that an import lacks it
  }
}

resource "aws_dx_hosted_connection" "offer" {
  provider         = aws.partner
  connection_id    = aws_dx_lag.ports.id
  owner_account_id = local.user
  name             = "100M"
  bandwidth        = "100Mbps"
  vlan             = 4094
}

resource "aws_dx_connection_confirmation" "taken" {
  provider      = aws.user
  connection_id = aws_dx_hosted_connection.offer.id
}

data "aws_dx_connection" "hosted" {
  provider   = aws.user
  name       = aws_dx_hosted_connection.offer.name
  depends_on = [aws_dx_connection_confirmation.taken]
}

# Hosted virtual interfaces: the network account's connection, the user's interfaces.

resource "aws_dx_connection" "backbone" {
  provider  = aws.network
  name      = "backbone"
  bandwidth = "10Gbps"
  location  = "EqSe2-EQ"
}

resource "aws_dx_gateway" "private" {
  provider        = aws.user
  name            = "private"
  amazon_side_asn = "64512"
}

resource "aws_dx_gateway" "transit" {
  provider        = aws.user
  name            = "transit"
  amazon_side_asn = "64513"
}

resource "aws_vpc" "user" {
  provider   = aws.user
  cidr_block = "10.255.255.0/28"
}

resource "aws_vpn_gateway" "user" {
  provider = aws.user
  vpc_id   = aws_vpc.user.id
}

resource "aws_dx_hosted_private_virtual_interface" "gateway" {
  provider         = aws.network
  connection_id    = aws_dx_connection.backbone.id
  owner_account_id = local.user
  name             = "private, to a gateway"
  vlan             = 4000
  address_family   = "ipv4"
  bgp_asn          = 65352
  mtu              = 9001

  # Only the creator deletes the interface, and the gateway can go after it.
  depends_on = [aws_dx_gateway.private]
}

resource "aws_dx_hosted_private_virtual_interface_accepter" "gateway" {
  provider             = aws.user
  virtual_interface_id = aws_dx_hosted_private_virtual_interface.gateway.id
  dx_gateway_id        = aws_dx_gateway.private.id
  tags                 = local.tags
}

resource "aws_dx_hosted_private_virtual_interface" "direct" {
  provider         = aws.network
  connection_id    = aws_dx_connection.backbone.id
  owner_account_id = local.user
  name             = "private, to one VPC"
  vlan             = 4001
  address_family   = "ipv6"
  bgp_asn          = 65352
  depends_on       = [aws_vpn_gateway.user]
}

resource "aws_dx_hosted_private_virtual_interface_accepter" "direct" {
  provider             = aws.user
  virtual_interface_id = aws_dx_hosted_private_virtual_interface.direct.id
  vpn_gateway_id       = aws_vpn_gateway.user.id
  tags                 = local.tags
}

resource "aws_dx_hosted_public_virtual_interface" "public" {
  provider              = aws.network
  connection_id         = aws_dx_connection.backbone.id
  owner_account_id      = local.user
  name                  = "public"
  vlan                  = 4002
  address_family        = "ipv4"
  bgp_asn               = 65352
  amazon_address        = "175.45.176.3/28"
  customer_address      = "175.45.176.4/28"
  route_filter_prefixes = ["210.52.109.0/24", "175.45.176.0/22"]
}

resource "aws_dx_hosted_public_virtual_interface_accepter" "public" {
  provider             = aws.user
  virtual_interface_id = aws_dx_hosted_public_virtual_interface.public.id
  tags                 = local.tags
}

resource "aws_dx_hosted_transit_virtual_interface" "transit" {
  provider         = aws.network
  connection_id    = aws_dx_connection.backbone.id
  owner_account_id = local.user
  name             = "transit"
  vlan             = 4003
  address_family   = "ipv4"
  bgp_asn          = 65352
  depends_on       = [aws_dx_gateway.transit]
}

resource "aws_dx_hosted_transit_virtual_interface_accepter" "transit" {
  provider             = aws.user
  virtual_interface_id = aws_dx_hosted_transit_virtual_interface.transit.id
  dx_gateway_id        = aws_dx_gateway.transit.id
  tags                 = local.tags
}

# Associations across accounts: the user's VPC and transit gateway behind the network account's gateways.

resource "aws_dx_gateway" "shared" {
  provider        = aws.network
  name            = "shared"
  amazon_side_asn = "64514"
}

data "aws_caller_identity" "network" {
  provider = aws.network
}

resource "aws_vpc" "spoke" {
  provider   = aws.user
  cidr_block = "10.255.254.0/28"
}

resource "aws_vpn_gateway" "spoke" {
  provider = aws.user
  vpc_id   = aws_vpc.spoke.id
}

resource "aws_dx_gateway_association_proposal" "spoke" {
  provider                    = aws.user
  dx_gateway_id               = aws_dx_gateway.shared.id
  dx_gateway_owner_account_id = data.aws_caller_identity.network.account_id
  associated_gateway_id       = aws_vpn_gateway.spoke.id
}

resource "aws_dx_gateway_association" "spoke" {
  provider                            = aws.network
  proposal_id                         = aws_dx_gateway_association_proposal.spoke.id
  dx_gateway_id                       = aws_dx_gateway.shared.id
  associated_gateway_owner_account_id = local.user
  allowed_prefixes                    = var.changed ? ["10.255.254.0/29", "10.255.254.8/29"] : ["10.255.254.0/28"]
}

resource "aws_dx_gateway" "shared_hub" {
  provider        = aws.network
  name            = "shared, for transit"
  amazon_side_asn = "64515"
}

resource "aws_ec2_transit_gateway" "hub" {
  provider        = aws.user
  amazon_side_asn = 64601
}

resource "aws_dx_gateway_association_proposal" "hub" {
  provider                    = aws.user
  dx_gateway_id               = aws_dx_gateway.shared_hub.id
  dx_gateway_owner_account_id = data.aws_caller_identity.network.account_id
  associated_gateway_id       = aws_ec2_transit_gateway.hub.id
  allowed_prefixes            = ["10.255.255.0/30", "10.255.255.8/30"]
}

resource "aws_dx_gateway_association" "hub" {
  count                               = var.changed ? 1 : 0
  provider                            = aws.network
  proposal_id                         = aws_dx_gateway_association_proposal.hub.id
  dx_gateway_id                       = aws_dx_gateway.shared_hub.id
  associated_gateway_owner_account_id = local.user
}

output "found" {
  value = {
    user        = local.user
    owner       = data.aws_dx_connection.hosted.owner_account_id
    state       = data.aws_dx_connection.hosted.state
    vlan        = data.aws_dx_connection.hosted.vlan_id
    partner     = data.aws_dx_connection.hosted.partner_name
    gateway     = aws_dx_gateway_association.spoke.associated_gateway_id == aws_vpn_gateway.spoke.id
    owner_of_it = aws_dx_gateway_association.spoke.associated_gateway_owner_account_id
  }
}
