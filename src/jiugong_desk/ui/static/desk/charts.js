// Charts of the desk, drawn by ECharts from JSON in the page; no inline script (strict CSP).
//
// In the template ({% load static %}; in the view: a plain dict, numbers as int, float or null):
//   {{ figures|json_script:"chart-funnel" }}
//   <div class="chart" data-chart="chart-funnel" role="img" aria-label="what it shows"></div>
//   {% block scripts %}<script src="{% static 'vendor/echarts-6.1.0.min.js' %}" defer></script>
//                      <script src="{% static 'desk/charts.js' %}" defer></script>{% endblock %}
// Put the same figures into a table near it: a chart is never the only way to read a number.
//
// `kind` decides the rest:
//   bar       {kind, categories: [..], series: [{name, values: [..], colour?}], unit?, stacked?, horizontal?}
//   line      the same, over time; a series may have `dashed: true` (the expected course); `steps: true`: held until the next
//             both with `marks: [{at, label}]`: dashed lines at places of the axis (say them in the text below, too)
//   funnel    {kind, steps: [{name, value, of?}]}   `of`: the denominator; its share is printed beside the bar
//   interval  {kind, rows: [{name, value, low, high}], unit?}   estimates with intervals around a zero line
//   grid      {kind, cells: [9 counts, level 1..9], columns: [3 names], rows: [3 names], unit?}   the nine-level grid
// Colours: blue = this bank's figure, grey = comparison, green = good, amber = attention, red = bad. Never colour alone.
"use strict";
(function () {
  const COLOURS = { main: "#206bc4", grey: "#8a97a8", good: "#2f9e44", warn: "#e8890c", bad: "#d63939", sky: "#74a9e4" };
  const ORDER = ["main", "grey", "warn", "good", "sky", "bad"];
  const STEPS = ["#206bc4", "#2f78cd", "#4286d5", "#5a96dc", "#74a9e4", "#8fbbec", "#a9ccf2"];  // a funnel grows paler
  const TEXT = "#49566c", LINE = "#dce1e7";
  const FONT = getComputedStyle(document.body).fontFamily;

  function grouped(value) {
    return value === null || value === undefined ? "—" : Number(value).toLocaleString("zh-CN", { maximumFractionDigits: 2 });
  }
  function withUnit(unit) { return function (value) { return grouped(value) + (unit || ""); }; }
  function colour(series, index) { return COLOURS[series.colour] || COLOURS[ORDER[index % ORDER.length]]; }
  // Tooltips are drawn on the canvas (richText): HTML ones bring inline styles, which our CSP forbids, and markup.
  function frame(more) {
    return Object.assign({
      textStyle: { fontFamily: FONT, color: TEXT }, animationDuration: 250,
      aria: { enabled: true },
    }, more);
  }
  function axes(data, swap) {
    const names = { type: "category", data: data.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } },
      inverse: Boolean(swap), axisLabel: { color: TEXT, hideOverlap: true } };
    const values = { type: "value", splitLine: { lineStyle: { color: LINE } }, axisLabel: { color: TEXT, formatter: grouped } };
    return swap ? { xAxis: values, yAxis: names } : { xAxis: names, yAxis: values };
  }
  // Dashed lines at places of the axis; a name stands at the side where there is room, neighbours' one below the other.
  function marks(data) {
    if (!data.marks || !data.marks.length) { return undefined; }
    return { silent: true, symbol: "none", animation: false, lineStyle: { color: "#1d273b", type: "dashed", width: 1.2 },
      data: data.marks.map(function (mark, index) {
        const left = mark.at > (data.categories.length - 1) / 2;
        return { xAxis: mark.at, label: { show: true, formatter: mark.label, position: "end", color: "#1d273b", fontSize: 11,
          align: left ? "right" : "left", verticalAlign: "top", offset: [left ? -4 : 4, 14 * (index % 3)],
          backgroundColor: "rgba(255,255,255,.85)", padding: [1, 2] } };
      }) };
  }
  function cartesian(data, make) {
    const legend = data.series.length > 1;
    return frame(Object.assign(axes(data, data.horizontal), {
      grid: { left: 8, right: data.horizontal ? 56 : 16, top: legend ? 40 : 24, bottom: 8, containLabel: true },
      tooltip: { renderMode: "richText", trigger: "axis", valueFormatter: withUnit(data.unit), confine: true },
      legend: legend ? { top: 0, left: 0, type: "scroll", textStyle: { color: TEXT } } : undefined,
      series: data.series.map(function (series, index) {
        return Object.assign({ name: series.name, data: series.values, itemStyle: { color: colour(series, index) },
          markLine: index ? undefined : marks(data) }, make(series, index));
      }),
    }));
  }

  const KINDS = {
    bar: function (data) {
      const bare = data.series.length === 1;
      return cartesian(data, function () {
        return { type: "bar", stack: data.stacked ? "all" : undefined, barMaxWidth: 36, labelLayout: { hideOverlap: true },
          label: { show: bare, position: data.horizontal ? "right" : "top", color: TEXT, formatter: function (p) { return grouped(p.value); } } };
      });
    },
    line: function (data) {
      return cartesian(data, function (series, index) {
        return { type: "line", symbolSize: 5, connectNulls: false, step: data.steps ? "end" : undefined,
          lineStyle: { width: 2, type: series.dashed ? "dashed" : "solid", color: colour(series, index) } };
      });
    },
    funnel: function (data) {
      const share = function (step) {
        return grouped(step.value) + (step.of ? "  (" + (step.value / step.of * 100).toFixed(1) + "%)" : "");
      };
      return frame({
        grid: { left: 8, right: 120, top: 4, bottom: 4, containLabel: true },
        tooltip: { renderMode: "richText", confine: true, formatter: function (p) {
          const step = data.steps[p.dataIndex];
          return step.name + " " + grouped(step.value) + (step.of ? " / " + grouped(step.of) : "");
        } },
        xAxis: { type: "value", show: false },
        yAxis: { type: "category", inverse: true, data: data.steps.map(function (s) { return s.name; }),
          axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: TEXT } },
        series: [{ type: "bar", barWidth: "62%", showBackground: true, backgroundStyle: { color: "#f3f5f8" },
          data: data.steps.map(function (s, i) { return { value: s.value, itemStyle: { color: STEPS[Math.min(i, STEPS.length - 1)] } }; }),
          label: { show: true, position: "right", color: TEXT, formatter: function (p) { return share(data.steps[p.dataIndex]); } } }],
      });
    },
    interval: function (data) {
      const verdict = function (row) { return row.low > 0 ? COLOURS.good : row.high < 0 ? COLOURS.bad : COLOURS.grey; };
      return frame({
        grid: { left: 8, right: 32, top: 12, bottom: 8, containLabel: true },
        tooltip: { renderMode: "richText", confine: true, formatter: function (p) {
          const row = data.rows[p.dataIndex], say = withUnit(data.unit);
          return row.name + " " + say(row.value) + " [" + say(row.low) + ", " + say(row.high) + "]";
        } },
        xAxis: { type: "value", splitLine: { lineStyle: { color: LINE } }, axisLabel: { color: TEXT, formatter: grouped, hideOverlap: true }, boundaryGap: ["8%", "8%"] },
        yAxis: { type: "category", inverse: true, data: data.rows.map(function (r) { return r.name; }), axisTick: { show: false }, axisLabel: { color: TEXT } },
        series: [{ type: "custom", encode: { x: [1, 2, 3], y: 0 },
          data: data.rows.map(function (r, i) { return [i, r.low, r.value, r.high]; }),
          markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: TEXT, type: "solid", width: 1.5 }, data: [{ xAxis: 0 }] },
          renderItem: function (params, api) {
            const at = function (index) { return api.coord([api.value(index), api.value(0)]); };
            const low = at(1), middle = at(2), high = at(3), paint = verdict(data.rows[params.dataIndex]);
            const stroke = { stroke: paint, lineWidth: 3 };
            const cap = function (point) { return { type: "line", style: stroke, shape: { x1: point[0], x2: point[0], y1: point[1] - 7, y2: point[1] + 7 } }; };
            return { type: "group", children: [
              { type: "line", style: stroke, shape: { x1: low[0], y1: low[1], x2: high[0], y2: high[1] } }, cap(low), cap(high),
              { type: "circle", style: { fill: paint }, shape: { cx: middle[0], cy: middle[1], r: 6 } },
            ] };
          } }],
      });
    },
    grid: function (data) {
      const most = Math.max.apply(null, data.cells.concat([1])), total = data.cells.reduce(function (a, b) { return a + b; }, 0) || 1;
      const axis = function (names, more) {
        return Object.assign({ type: "category", data: names, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: TEXT } }, more);
      };
      return frame({
        grid: { left: 8, right: 8, top: 8, bottom: 8, containLabel: true },
        tooltip: { renderMode: "richText", confine: true, formatter: function (p) { return "L" + (p.dataIndex + 1) + " " + grouped(p.value[2]) + (data.unit || ""); } },
        xAxis: axis(data.columns), yAxis: axis(data.rows),
        // The root of the share: a few rich customers stay visible beside many ordinary ones.
        visualMap: { show: false, min: 0, max: 1, dimension: 3, inRange: { color: ["#eef4fb", "#2f6fb7"] } },
        series: [{ type: "heatmap", itemStyle: { borderColor: "#fff", borderWidth: 3, borderRadius: 4 },
          data: data.cells.map(function (count, i) {
            const depth = Math.sqrt(count / most);
            return { value: [i % 3, Math.floor(i / 3), count, depth], label: { color: depth > 0.55 ? "#fff" : "#1f2d3d" } };
          }),
          label: { show: true, lineHeight: 18, formatter: function (p) {
            return "L" + (p.dataIndex + 1) + "\n" + grouped(p.value[2]) + " · " + (p.value[2] / total * 100).toFixed(1) + "%";
          } } }],
      });
    },
  };

  function draw(box) {
    const source = document.getElementById(box.dataset.chart);
    if (!source || box.dataset.drawn) { return; }
    const data = JSON.parse(source.textContent);
    const chart = echarts.init(box);
    chart.setOption(KINDS[data.kind](data));
    box.dataset.drawn = "1";
    new ResizeObserver(function () { chart.resize(); }).observe(box);
  }
  function drawAll(root) { root.querySelectorAll("[data-chart]").forEach(draw); }
  document.addEventListener("DOMContentLoaded", function () { drawAll(document); });
  document.addEventListener("htmx:load", function (event) { drawAll(event.detail.elt.parentElement || document); });
})();
