"""Router types that DescribeRouterConfiguration knows, and the configurations that it writes for them.

The table is that of Terraform's documentation, which took it from the service [client-proven: TF].  The texts
are our own, made from a template per stylesheet that the service names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from dx_mock.support import errors, package_files


class RouterType(NamedTuple):
    """One row of the table; ``xslt_macsec`` is empty where a platform has no template with MACsec."""

    id: str
    vendor: str
    platform: str
    software: str
    xslt: str
    xslt_macsec: str = ""


_CISCO, _JUNIPER, _PALO_ALTO = "Cisco Systems, Inc.", "Juniper Networks, Inc.", "Palo Alto Networks"
_IOS, _NEXUS = "customer-router-cisco-generic.xslt", "customer-switch-cisco-nexus-generic.xslt"
_JUNOS, _PAN_OS = "customer-router-juniper-generic.xslt", "customer-router-palo-alto-generic.xslt"

ROUTER_TYPES: Mapping[str, RouterType] = MappingProxyType(
    {
        row.id: row
        for row in (
            RouterType(
                "CiscoSystemsInc-2900SeriesRouters-IOS124", _CISCO, "2900 Series Routers", "IOS 12.4+", _IOS
            ),
            RouterType(
                "CiscoSystemsInc-3700SeriesRouters-IOS124", _CISCO, "3700 Series Routers", "IOS 12.4+", _IOS
            ),
            RouterType(
                "CiscoSystemsInc-7200SeriesRouters-IOS124", _CISCO, "7200 Series Routers", "IOS 12.4+", _IOS
            ),
            RouterType(
                "CiscoSystemsInc-Nexus7000SeriesSwitches-NXOS51",
                _CISCO,
                "Nexus 7000 Series Switches",
                "NX-OS 5.1+",
                _NEXUS,
            ),
            RouterType(
                "CiscoSystemsInc-Nexus9KSeriesSwitches-NXOS93",
                _CISCO,
                "Nexus 9K+ Series Switches",
                "NX-OS 9.3+",
                _NEXUS,
                "customer-switch-cisco-nexus-generic-macsec.xslt",
            ),
            RouterType(
                "JuniperNetworksInc-MMXSeriesRouters-JunOS95",
                _JUNIPER,
                "M/MX Series Routers",
                "JunOS 9.5+",
                _JUNOS,
                "customer-router-juniper-generic-macsec.xslt",
            ),
            RouterType(
                "JuniperNetworksInc-SRXSeriesRouters-JunOS95",
                _JUNIPER,
                "SRX Series Routers",
                "JunOS 9.5+",
                _JUNOS,
            ),
            RouterType(
                "JuniperNetworksInc-TSeriesRouters-JunOS95", _JUNIPER, "T Series Routers", "JunOS 9.5+", _JUNOS
            ),
            RouterType(
                "PaloAltoNetworks-PA3000and5000series-PANOS803",
                _PALO_ALTO,
                "PA-3000+ and 5000+ series",
                "PAN-OS 8.0.3+",
                _PAN_OS,
            ),
        )
    }
)


@lru_cache(maxsize=1)
def _environment() -> Any:
    try:
        import jinja2
    except ImportError:
        raise errors.EXTRA_MISSING(what="DescribeRouterConfiguration", extra="router") from None
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["quoted"] = _quoted
    return environment


def _template(name: str) -> tuple[str, None, Callable[[], bool]]:
    """Return a template that is read once, and never looked at on the disk again."""
    return package_files.read("dx_mock.catalogue", f"router_templates/{name}"), None, lambda: True


def _quoted(text: str) -> str:
    """Return a string in quotes, as Junos and PAN-OS write one."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def render(router: RouterType, facts: Mapping[str, Any]) -> str:
    """Return the configuration of a router of a type, with MACsec if both ``facts`` and the type have it."""
    name = router.xslt_macsec if facts["ckns"] and router.xslt_macsec else router.xslt
    text: str = _environment().get_template(name.replace(".xslt", ".j2")).render(facts)
    return text
