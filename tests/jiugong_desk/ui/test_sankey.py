"""Where the ribbons of a Sankey diagram lie: nothing lost, nothing beside its node, one scale."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jiugong_desk.ui import sankey

NAMES = [(key, f"N{key}") for key in range(6)]
FLOWS = st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, 5)), st.integers(0, 10**6), max_size=20)


@given(FLOWS)
def test_ribbons_fill_their_nodes_exactly(flows):
    given_flows = [{"before": a, "after": b, "value": n, "kind": "up"} for (a, b), n in flows.items()]
    drawing = sankey.layout(NAMES, NAMES, given_flows, width=400, height=300)
    assert {(r.before, r.after): r.value for r in drawing.ribbons} == {key: n for key, n in flows.items() if n}
    for node in drawing.nodes:
        mine = [r for r in drawing.ribbons if (r.before if node.left else r.after) == node.key]
        edges = sorted((r.y0 if node.left else r.y1, r.height) for r in mine)
        assert node.value == sum(r.value for r in mine)
        at = node.y
        for y, height in edges:  # one directly below the other
            assert abs(y - at) < 1e-6
            at += height
        assert abs(at - node.y - node.height) < 1e-6
        assert -1e-6 <= node.y <= node.y + node.height <= 300 + 1e-6
    scales = {round(r.height / r.value, 9) for r in drawing.ribbons}
    assert len(scales) <= 1


def test_no_flow_no_drawing():
    assert sankey.layout(NAMES, NAMES, [], width=1, height=1).nodes == ()


def test_a_path_is_closed_and_the_image_has_its_names():
    chart = {"kind": "sankey", "left": [(1, "L1")], "right": [(2, "不在数据中")]} | {
        "flows": [{"before": 1, "after": 2, "value": 7, "kind": "out"}]
    }
    (ribbon,) = sankey.layout(chart["left"], chart["right"], chart["flows"], width=100, height=50).ribbons
    assert ribbon.path.startswith("M10.0,0.0C")
    assert ribbon.path.endswith("Z")
    from jiugong_desk.ui import plots

    assert plots.draw(chart) == plots.draw(chart)  # the same figures, the same bytes
    assert plots.draw(chart).count("<path") > 3
    assert plots.png(chart)[:4] == b"\x89PNG"
