"""A picture of the world: resources, links and states as text, Mermaid, Graphviz DOT or a dict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dx_mock.catalogue import find_location
from dx_mock.graph.maintenance import Maintenance
from dx_mock.graph.resiliency_groups import ResiliencyGroup
from dx_mock.graph.resources import BgpPeer, Connection, Lag, VirtualInterface
from dx_mock.graph.states import GONE, lag_links_up, peer_is_up, resiliency_level, state_of
from dx_mock.support.text import shortened

if TYPE_CHECKING:
    from dx_mock.world.world import World

#: Stages in which a resource is no longer part of the picture.
_GONE = GONE | {"forgotten"}


@dataclass
class Node:
    """One node of the picture, with the nodes below it."""

    id: str
    kind: str
    label: str
    state: str = ""
    owner: str = ""
    children: list[Node] = field(default_factory=list)
    name: str = ""
    region: str = ""
    #: the facts of the label and more, under the names of the API; None is left out
    details: dict[str, Any] = field(default_factory=dict)

    def walk(self) -> Iterator[Node]:
        """Yield this node and every node below it."""
        yield self
        for child in self.children:
            yield from child.walk()


class Topology:
    """The world at the time of the call; later changes are not shown."""

    def __init__(self, roots: list[Node], links: list[tuple[str, str, str]]) -> None:
        self._roots = roots
        #: from, to, kind: links across the tree, such as from a virtual interface to its gateway
        self._links = links

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"nodes": [...], "links": [...]}``, from the top down.

        Nodes have id, kind, name, label, state, owner, region and details; links are between ids.
        """
        nodes, links = [], []
        known: set[str] = set()
        for root in self._roots:
            for node in root.walk():
                links += [{"from": node.id, "to": child.id, "kind": "carries"} for child in node.children]
                if (
                    node.id in known
                ):  # a transit gateway that several Direct Connect gateways are associated with
                    continue
                known.add(node.id)
                nodes.append(
                    {
                        "id": node.id,
                        "kind": node.kind,
                        "label": node.label,
                        "state": node.state,
                        "owner": node.owner,
                        "name": node.name,
                        "region": node.region,
                        "details": {name: each for name, each in node.details.items() if each is not None},
                    }
                )
        links += [{"from": start, "to": end, "kind": kind} for start, end, kind in self._links]
        return {"nodes": nodes, "links": links}

    def to_text(self) -> str:
        """Return a tree with a line for each node, or a line that says that the world is empty."""
        lines: list[str] = []
        targets: dict[str, list[str]] = {}
        for start, end, _ in self._links:
            targets.setdefault(start, []).append(end)
        for root in self._roots:
            lines += _branch(root, targets)
        return "\n".join(lines) if lines else "(nothing exists)"

    def to_mermaid(self) -> str:
        """Return a Mermaid flowchart."""
        picture = self.to_dict()
        names = {node["id"]: f"n{number}" for number, node in enumerate(picture["nodes"])}
        lines = ["flowchart LR"]
        for node in picture["nodes"]:
            text = "<br/>".join(map(_in_mermaid, _lines_of(node)))
            lines.append(f'    {names[node["id"]]}["{text}"]')
        for link in picture["links"]:
            if link["from"] in names and link["to"] in names:
                arrow = "-->" if link["kind"] == "carries" else f"-. {link['kind']} .->"
                lines.append(f"    {names[link['from']]} {arrow} {names[link['to']]}")
        return "\n".join(lines) + "\n"

    def to_dot(self) -> str:
        """Return a Graphviz digraph."""
        picture = self.to_dict()
        known = {node["id"] for node in picture["nodes"]}
        lines = ["digraph dx_mock {", "    rankdir=LR;", "    node [shape=box];"]
        for node in picture["nodes"]:
            lines.append(f"    {_quoted(node['id'])} [label={_quoted(*_lines_of(node))}];")
        for link in picture["links"]:
            if link["from"] in known and link["to"] in known:
                style = "" if link["kind"] == "carries" else f" [style=dashed, label={_quoted(link['kind'])}]"
                lines.append(f"    {_quoted(link['from'])} -> {_quoted(link['to'])}{style};")
        return "\n".join([*lines, "}"]) + "\n"

    def __str__(self) -> str:
        return self.to_text()


#: How many characters of a text are shown: more than a name may have in AWS.
_WIDTH = 300
#: Characters besides letters and digits that are safe in a label of Mermaid: none is markup anywhere.
_PLAIN = frozenset(" .,/()-+_=")


def _line(*words: str) -> str:
    """Return a text on one line, without control characters, shortened to what a picture can show."""
    shown = ("".join(each if each.isprintable() else " " for each in word) for word in words if word)
    return " ".join(shortened(word, _WIDTH, "…") for word in shown)


def _lines_of(node: dict[str, Any]) -> list[str]:
    if node["kind"] in ("region", "group"):
        return [_line(node["id"])]
    lines = [_line(node["kind"], node["id"]), _line(node["label"], node["state"])]
    return [line for line in lines if line]


def _in_mermaid(line: str) -> str:
    """Return a line of a label, with what might be markup or a directive of Mermaid written as numbers."""
    escaped = "".join(each if each.isalnum() or each in _PLAIN else f"#{ord(each)};" for each in line)
    return escaped.replace("#34;", "#quot;")


def _quoted(*lines: str) -> str:
    r"""Return lines as a string of DOT, with ``\N`` and ``&amp;``, which have a meaning there, escaped."""
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") for line in lines)
    return '"' + "\\n".join(escaped) + '"'


def _branch(node: Node, targets: dict[str, list[str]], prefix: str = "", joint: str = "") -> list[str]:
    words = [node.id if node.kind != "location" else node.label, node.label if node.state else ""]
    if node.state:
        words.append(node.state.upper() if node.state in {"down", "deleting"} else node.state)
    if node.owner:
        words.append(f"[{node.owner}]")
    if node.id in targets:
        words.append(f"-> {', '.join(targets[node.id])}")
    lines = [prefix + joint + _line(*words)]
    below = prefix + {"": "", "├─ ": "│  ", "└─ ": "   "}[joint]
    for number, child in enumerate(node.children, 1):
        last = number == len(node.children)
        lines += _branch(child, targets, below, "└─ " if last else "├─ ")
    return lines


# --- from the graph ----------------------------------------------------------------------------------------


def draw(world: World, region_name: str | None = None) -> Topology:
    """Return the topology of one Region, or of all."""
    resources = list(world.graph.resources.values())
    places: dict[str, dict[str, list[Node]]] = {}
    links: list[tuple[str, str, str]] = []
    for resource in resources:
        top = isinstance(resource, Lag) or (
            isinstance(resource, Connection) and resource.parent is None and resource.lag is None
        )
        if top and resource.stage not in _GONE and region_name in (None, resource.region):
            sites = places.setdefault(resource.region, {})
            sites.setdefault(resource.location, []).append(_carrier(resource, links))
    roots = [
        Node(
            region,
            "region",
            "",
            children=[_site(region, code, sites[code]) for code in sorted(sites)],
            name=region,
            region=region,
        )
        for region, sites in sorted(places.items())
    ]
    shown = {node.id for root in roots for node in root.walk()}
    gateways = [node for node in map(_gateway, resources) if node is not None]
    if region_name is not None:
        used = {end for start, end, _ in links if start in shown}
        gateways = [node for node in gateways if node.id in used]
    if gateways:
        roots.append(Node("Direct Connect gateways", "group", "", children=gateways))
    groups = [
        _resiliency_group(resource, links)
        for resource in resources
        if isinstance(resource, ResiliencyGroup)
        and resource.stage not in _GONE
        and region_name in (None, resource.region)
    ]
    if groups:
        roots.append(Node("Resiliency groups", "group", "", children=groups))
    nodes = {node.id: node for root in roots for node in root.walk()}
    for resource in resources:
        if isinstance(resource, Maintenance) and resource.stage != "complete" and resource.target.id in nodes:
            nodes[resource.target.id].details.setdefault("maintenance", []).append(window(resource))
    known = set(nodes)
    private = [
        Node(end, "virtual private gateway", "")
        for end in dict.fromkeys(end for start, end, _ in links if start in shown and end not in known)
    ]
    if private:
        roots.append(Node("Virtual private gateways", "group", "", children=private))
    return Topology(roots, links)


def _site(region: str, code: str, carriers: list[Node]) -> Node:
    found = find_location(region, code)
    label = f"{code}, {found[1].name}" if found else code
    name = found[1].name if found else code
    return Node(f"{region}/{code}", "location", label, children=carriers, name=name, region=region)


def _carrier(resource: Connection | Lag, links: list[tuple[str, str, str]]) -> Node:
    """Return the node of a connection or LAG, with its members and everything on it."""
    device = f" on {resource.device.name}" if resource.device is not None else ""
    children = []
    details: dict[str, Any] = {"bandwidth": resource.bandwidth, "location": resource.location}
    if resource.device is not None and (isinstance(resource, Lag) or resource.loa_ready):
        details["device"] = resource.device.name
    if isinstance(resource, Lag):
        label = f'"{resource.name}" {len(resource.members)} x {resource.bandwidth}'
        label += f", at least {resource.minimum_links}{device}"
        details["minimumLinks"], details["linksUp"] = resource.minimum_links, lag_links_up(resource)
        children = [_carrier(member, links) for member in resource.members.values()]
    else:
        vlan = f" VLAN {resource.vlan}" if resource.vlan is not None else ""
        known = device if resource.loa_ready and resource.lag is None else ""
        label = f'"{resource.name}" {resource.bandwidth}{vlan}{known}'
        details["vlan"], details["linkUp"] = resource.vlan, resource.link_up
    children += [_carrier(hosted, links) for hosted in _by_vlan(resource.hosted)]
    children += [_virtual_interface(vif, links) for vif in _by_vlan(resource.virtual_interfaces)]
    return _node(resource, label, children, details)


def _node(resource: Any, label: str, children: list[Node], details: dict[str, Any]) -> Node:
    return Node(
        resource.id,
        resource.kind,
        label,
        state_of(resource),
        resource.owner,
        children,
        resource.name,
        resource.region,
        details,
    )


def window(found: Maintenance) -> dict[str, Any]:
    """Return a maintenance window as pictures and the control API have it."""
    return {
        "start": found.start.isoformat(),
        "end": found.end.isoformat(),
        "emergency": found.emergency,
        "stage": found.stage,
    }


def _by_vlan(riders: dict[int, Any] | None) -> list[Any]:
    return [riders[vlan] for vlan in sorted(riders)] if riders else []


def _virtual_interface(vif: VirtualInterface, links: list[tuple[str, str, str]]) -> Node:
    gateway = vif.gateway_id or vif.virtual_gateway_id
    if gateway:
        links.append((vif.id, gateway, "attached to"))
    up = sum(map(peer_is_up, vif.peers.values()))
    label = f'"{vif.name}" {vif.type} VLAN {vif.vlan}, BGP {up}/{len(vif.peers)} up'
    details = {
        "type": vif.type,
        "vlan": vif.vlan,
        "mtu": vif.mtu,
        "bgpPeers": [_session(peer) for peer in vif.peers.values()],
    }
    return _node(vif, label, [], details)


def _session(peer: BgpPeer) -> dict[str, Any]:
    """Return the node of a BGP peer; ``sessionUp`` is the router's side of its session, ``bgpStatus`` both."""
    session = {
        "bgpPeerId": peer.id,
        "bgpPeerState": peer.stage,
        "bgpStatus": "up" if peer_is_up(peer) else "down",
        "sessionUp": peer.session_up,
        "addressFamily": peer.address_family,
        "asn": peer.asn,
        "amazonAddress": peer.amazon_address,
        "customerAddress": peer.customer_address,
    }
    return {name: each for name, each in session.items() if each is not None}


def _resiliency_group(group: ResiliencyGroup, links: list[tuple[str, str, str]]) -> Node:
    """Return the node of a resiliency group, with the intended model and the one that its connections meet."""
    links += [(group.id, association.connection.id, "groups") for association in group.associations.values()]
    met = resiliency_level(group)
    label = f'"{group.name}" for {group.model}, meets {met or "no model"}'
    return _node(group, label, [], {"intendedResiliencyModel": group.model, "resiliencyLevel": met})


def _gateway(resource: Any) -> Node | None:
    """Return the node of a Direct Connect gateway, with its associations."""
    if getattr(resource, "kind", "") != "gateway" or resource.stage in _GONE:
        return None
    children = [
        Node(
            association.associated_id,
            "association",
            association.region,
            association.stage,
            association.owner,
            region=association.region,
            details={"type": association.associated_type, "allowedPrefixes": list(association.prefixes)},
        )
        for association in getattr(resource, "associations", {}).values()
    ]
    label = f'"{resource.name}" ASN {resource.asn}'
    return _node(resource, label, children, {"asn": resource.asn})
