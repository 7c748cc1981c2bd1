# Physical links of one account: connections, LAGs, MACsec, locations.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region     = "us-east-1"
  access_key = "123456789012"
  secret_key = "secret"

  default_tags {
    tags = { estate = "links" }
  }
}

variable "changed" {
  description = "Whether everything that can be changed in place has its second value."
  default     = false
}

locals {
  tags = var.changed ? { stage = "after", owner = "network" } : { stage = "before" }
}

data "aws_dx_locations" "all" {}

data "aws_dx_location" "here" {
  location_code = tolist(setintersection(data.aws_dx_locations.all.location_codes, ["EqDC2"]))[0]
}

resource "aws_dx_connection" "member" {
  name          = "member"
  bandwidth     = "10Gbps"
  location      = data.aws_dx_location.here.location_code
  provider_name = tolist(data.aws_dx_location.here.available_providers)[0]
  tags          = local.tags
}

resource "aws_dx_connection" "founder" {
  name      = "founder of a LAG"
  bandwidth = "1Gbps"
  location  = data.aws_dx_location.here.location_code
}

resource "aws_dx_connection" "encrypted" {
  name            = "encrypted"
  bandwidth       = "100Gbps"
  location        = data.aws_dx_location.here.location_code
  request_macsec  = true
  encryption_mode = var.changed ? "must_encrypt" : "should_encrypt"
  tags            = local.tags

  lifecycle {
    ignore_changes = [request_macsec] # the API does not show it, so that an import lacks it
  }
}

resource "aws_dx_connection" "encrypted_too" {
  name           = "encrypted, too"
  bandwidth      = "100Gbps"
  location       = data.aws_dx_location.here.location_code
  request_macsec = true

  lifecycle {
    ignore_changes = [request_macsec, encryption_mode]
  }
}

resource "aws_dx_connection" "kept" {
  name         = "kept"
  bandwidth    = "1Gbps"
  location     = "CSVA1"
  skip_destroy = true
  tags         = local.tags
}

resource "aws_dx_lag" "empty" {
  name                  = var.changed ? "renamed" : "empty"
  connections_bandwidth = "10Gbps"
  location              = data.aws_dx_location.here.location_code
  tags                  = local.tags
}

resource "aws_dx_lag" "founded" {
  name                  = "founded"
  connection_id         = aws_dx_connection.founder.id
  connections_bandwidth = "1Gbps"
  location              = data.aws_dx_location.here.location_code
  force_destroy         = true
  tags                  = local.tags

  lifecycle {
    ignore_changes = [connection_id] # as above
  }
}

resource "aws_dx_connection_association" "member" {
  connection_id = aws_dx_connection.member.id
  lag_id        = aws_dx_lag.empty.id
}

resource "aws_dx_macsec_key_association" "pair" {
  connection_id = aws_dx_connection.encrypted.id
  ckn           = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  cak           = "abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789"
}

resource "aws_dx_macsec_key_association" "secret" {
  connection_id = aws_dx_connection.encrypted_too.id
  secret_arn    = aws_dx_macsec_key_association.pair.secret_arn
}

data "aws_dx_connection" "found" {
  name       = aws_dx_connection.member.name
  depends_on = [aws_dx_connection_association.member]
}

output "found" {
  value = {
    speeds     = data.aws_dx_location.here.available_port_speeds
    macsec     = data.aws_dx_location.here.available_macsec_port_speeds
    same       = data.aws_dx_connection.found.id == aws_dx_connection.member.id
    arn        = data.aws_dx_connection.found.arn
    tags       = data.aws_dx_connection.found.tags
    key_state  = aws_dx_macsec_key_association.pair.state
    capable    = aws_dx_connection.encrypted.macsec_capable
    encryption = aws_dx_connection.encrypted.encryption_mode
  }
}
