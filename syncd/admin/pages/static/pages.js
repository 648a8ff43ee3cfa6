// What the pages do in a browser beyond plain HTML: charts from the tables that stand beside them,
// how many pages a paper has, and a word when a refresh fails. Without it everything still works by
// loading the page again.
"use strict";

(() => {
  const STALE = "This page could not be brought up to date";
  const plots = new Map();

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // The table of a chart: each row has a time in seconds since 1970, each cell a number. Minutes
  // stand where their time is; cycles stand side by side, for several may begin in one second.
  function rowsOf(figure) {
    const rows = [...figure.querySelectorAll("tbody tr[data-at]")];
    const times = rows.map((row) => Number(row.dataset.at));
    const isTimeline = figure.dataset.shape === "area";
    const columns = [isTimeline ? times : times.map((_, place) => place)];
    const width = rows.length ? rows[0].querySelectorAll("td[data-value]").length : 0;
    for (let n = 0; n < width; n += 1) {
      columns.push(rows.map((row) => Number(row.querySelectorAll("td[data-value]")[n].dataset.value)));
    }
    return { columns, times };
  }

  function axis(unit, more) {
    return {
      stroke: colour("--soft"),
      font: "12px system-ui, sans-serif",
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
      values: unit === undefined ? undefined : (_, all) => all.map((each) => each + unit),
      ...more,
    };
  }

  function pathsOf(shape) {
    if (shape === "bars") return uPlot.paths.bars({ size: [0.6, 28], radius: 0.15 });
    return shape === "area" ? uPlot.paths.stepped({ align: 1 }) : uPlot.paths.linear();
  }

  // Half a step of air on both sides, so that no bar is cut.
  function airy(columns) {
    const first = columns[0][0];
    const last = columns[0][columns[0].length - 1];
    const air = Math.max(1, (last - first) / (2 * (columns[0].length - 1)));
    return [first - air, last + air];
  }

  function optionsOf(figure, holder, columns, times) {
    const shape = figure.dataset.shape || "";
    const unit = figure.dataset.unit || "";
    const paths = pathsOf(shape);
    const dashes = [[], [6, 4], [2, 3]];
    const series = columns.slice(1).map((_, n) => ({
      stroke: colour(`--series-${n + 1}`),
      fill: shape === "bars" ? colour(`--series-${n + 1}`)
        : shape === "area" ? `${colour(`--series-${n + 1}`)}22` : undefined,
      width: shape === "bars" ? 0 : 2,
      dash: dashes[n],
      points: shape === "" ? { show: columns[0].length < 40, size: 6, fill: colour("--paper") } : { show: false },
      paths,
    }));
    const most = Math.max(1, ...columns.slice(1).flat().filter((each) => each !== null));
    const top = Number(figure.dataset.top || 0);
    const zone = figure.dataset.zone || "UTC";
    return {
      width: holder.clientWidth,
      height: holder.clientHeight,
      series: [{}, ...series],
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 20, 0, 0],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
      scales: {
        x: shape === "area" ? { time: true } : { time: false, range: airy(columns) },
        y: { range: [0, Math.max(top, most * 1.15)] },
      },
      axes: [
        axis(undefined, {
          size: 28,
          space: 70,
          incrs: shape === "area" ? undefined : [1, 2, 5, 10, 20],
          values: (_, splits) => timesOfDay(splits.map((at) => shape === "area" ? at : times[at]), times, zone),
        }),
        axis(unit, { size: 56, space: 36 }),
      ],
    };
  }

  function timesOfDay(shown, times, zone) {
    const seen = times[times.length - 1] - times[0];
    const shape = seen > 2 * 86400
      ? { day: "numeric", month: "short", timeZone: zone }
      : { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
    if (seen < 600) shape.second = "2-digit";
    const format = new Intl.DateTimeFormat("en-GB", shape);
    return shown.map((at) => (at === undefined ? "" : format.format(new Date(at * 1000))));
  }

  function draw() {
    for (const [holder, plot] of plots) {
      plot.destroy();
      plots.delete(holder);
    }
    for (const figure of document.querySelectorAll(".chart")) {
      const holder = figure.querySelector(".plot");
      const { columns, times } = rowsOf(figure);
      if (!holder || columns[0].length < 2) continue;
      holder.textContent = " ";
      const options = optionsOf(figure, holder, columns, times);
      holder.textContent = "";
      plots.set(holder, new uPlot(options, columns, holder));
    }
  }

  function tellStale(isStale) {
    const notice = document.getElementById("stale");
    if (!notice || notice.hidden === !isStale) return;
    notice.hidden = !isStale;
    const since = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
    notice.querySelector("p").textContent = isStale
      ? `${STALE} since ${since.format(new Date())}. What it shows may be old. It is tried again by itself.`
      : "";
  }

  // How many pages a paper has is known when its first one is drawn: the picture's answer says it.
  function tellPages(asked) {
    const said = (asked.serverTiming || []).find((each) => each.name === "pages");
    if (!said || Number(said.description) < 2) return;
    for (const picture of document.querySelectorAll(".evidence .page")) {
      if (picture.src !== asked.name) continue;
      picture.closest("figure").querySelector(".pages").textContent = `, ${said.description} pages`;
    }
  }

  let waiting;
  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 120);
  }

  document.addEventListener("DOMContentLoaded", () => {
    draw();
    new PerformanceObserver((seen) => seen.getEntries().forEach(tellPages))
      .observe({ type: "resource", buffered: true });
    window.addEventListener("resize", soon);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", soon);
  });

  // A page that nobody looks at asks for nothing.
  document.addEventListener("htmx:before:request", (event) => {
    if (document.hidden) event.preventDefault();
  });
  document.addEventListener("htmx:after:request", (event) => {
    const response = event.detail.ctx.response;
    if (response.raw.redirected) window.location.reload();  // signed out meanwhile
    tellStale(response.status >= 400);
  });
  document.addEventListener("htmx:error", () => tellStale(true));
  document.addEventListener("htmx:after:swap", draw);
})();
