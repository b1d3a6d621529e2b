// Draws a line for each count of a part's data-series, and again whenever that changes. uPlot comes first.
'use strict';

const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const digits = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
const STEPS = [5, 10, 15, 30, 60, 120, 300];
const dark = matchMedia('(prefers-color-scheme: dark)');

// Who wants less motion has the line drawn anew every ten seconds instead of every two.
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const CALM_MILLIS = 10000;

// The sheet names the colours as properties of their own, because a canvas knows no tokens.
function colours(host) {
  const sheet = getComputedStyle(host);
  return name => sheet.getPropertyValue(`--chart-${name}`);
}

function options(host, lines) {
  const of = colours(host);
  const sheet = getComputedStyle(host);
  const axis = {
    stroke: of('ink'),
    font: `${parseFloat(sheet.fontSize)}px ${sheet.fontFamily}`,
    grid: { stroke: of('line'), width: 1 },
    ticks: { show: false },
  };
  // Theirs is broad and lies between ground and line of yours, so that two counts that agree are both seen.
  const points = { show: false };
  const ground = { fill: of('ground'), width: 0, points };
  const theirs = { stroke: of('them'), width: 5, alpha: 0.5, points };
  const yours = { stroke: of('you'), width: 2, points };
  return {
    width: host.clientWidth,
    height: host.clientHeight,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 28, 0, 0],
    scales: { y: { range: (_, least, most) => [0, most > 0 ? most * 1.1 : 1] } },
    axes: [
      { ...axis, grid: { show: false }, size: 28, space: 96, incrs: STEPS, values: (_, times) => times.map(time => clock.format(time * 1000)) },
      { ...axis, size: 56, space: 36, values: (_, marks) => marks.map(mark => digits.format(mark)) },
    ],
    series: lines > 2 ? [{}, ground, theirs, yours] : [{}, ground, yours],
  };
}

function draw(host) {
  let chart;
  let last = 0;
  let later;
  const data = () => {
    const [times, yours, ...theirs] = JSON.parse(host.dataset.series);
    return [times, yours, ...theirs, yours];
  };
  const anew = () => {
    chart?.destroy();
    const now = data();
    chart = new uPlot(options(host, now.length - 1), now, host);
    last = Date.now();
  };
  const renew = () => {
    clearTimeout(later);
    const rest = calm.matches ? last + CALM_MILLIS - Date.now() : 0;
    if (rest > 0) { later = setTimeout(renew, rest); return; }
    const now = data();
    if (now.length !== chart.series.length) { anew(); return; }
    chart.setData(now);
    last = Date.now();
  };
  anew();
  host.addEventListener('series', renew);
  dark.addEventListener('change', anew);
  const size = new ResizeObserver(() => chart.setSize({ width: host.clientWidth, height: host.clientHeight }));
  size.observe(host);
  return () => {
    clearTimeout(later);
    dark.removeEventListener('change', anew);
    size.disconnect();
    chart.destroy();
  };
}

// A part that was not there when the page came is drawn when it comes, and one that went is let go.
const drawn = new Map();
function drawAll() {
  drawn.forEach((end, host) => {
    if (!host.isConnected) { end(); drawn.delete(host); }
  });
  document.querySelectorAll('[data-series]').forEach(host => {
    if (!drawn.has(host)) { drawn.set(host, draw(host)); }
  });
}
drawAll();
document.addEventListener('part', drawAll);
