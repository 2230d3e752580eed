"""How everything looks: the base page, template tags, charts, small scripts. Knows no business."""
