"""Draw the world: as a tree for the terminal, as Mermaid for a README, as DOT for Graphviz, as data."""

from dx_mock import mock_directconnect

with mock_directconnect(topology="partner") as dx:
    for connection_id in [
        each["id"] for each in dx.topology().to_dict()["nodes"] if each["kind"] == "interconnect"
    ]:
        dx.link_down(connection_id)  # everything that rides on it goes down

    picture = dx.topology()
    print(picture.to_text())
    print()
    print(picture.to_mermaid())
    print(picture.to_dot())

    nodes = picture.to_dict()["nodes"]
    down = [f"{each['kind']} of {each['owner']}" for each in nodes if each["state"] == "down"]
    print("down:", ", ".join(sorted(down)))
    assert "interconnect of 111111111111" in down
    assert "virtual interface of 222222222222" in down
