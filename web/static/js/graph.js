// Draws the list of the graph page as a picture and keeps both in step. The list works without it.
"use strict";
(() => {
  const announce = (text) => {
    const place = document.getElementById("announce");
    if (place) place.textContent = text;
  };

  // Names while typing, for the two ends of a connection.
  for (const box of document.querySelectorAll("[data-names]")) {
    let asking = null, timer = 0;
    const ask = async () => {
      asking?.abort();
      const text = box.value.trim();
      if (!text) return;
      asking = new AbortController();
      try {
        const answer = await fetch(`${box.dataset.names}?q=${encodeURIComponent(text)}`, { signal: asking.signal });
        if (!answer.ok) return;
        box.list.replaceChildren(...(await answer.json()).map((one) => {
          const option = document.createElement("option");
          option.value = one.text;
          option.label = one.kind;
          return option;
        }));
      } catch { /* aborted or offline: typing goes on */ }
    };
    box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
  }

  const explorer = document.getElementById("explorer");
  if (!explorer || !explorer.dataset.echarts) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const forced = matchMedia("(forced-colors: active)");
  const touch = matchMedia("(pointer: coarse)");
  const CENTRE = 80, SPINE = 94, WORD = 160, PILL = 42, TO_NODE = 72, NODE = 11, FONT = 13;
  const NARROW = 118, WIDE = 196; // room for a name
  const pen = document.createElement("canvas").getContext("2d");
  let chart = null, at = null, asking = null, scale = 1, places = new Map();

  const view = () => document.getElementById("graph-view");
  const plot = () => view().querySelector(".plot");
  const items = () => [...view().querySelectorAll("[data-node]")];
  const item = (id) => items().find((one) => one.dataset.node === id);
  const nameOf = (one) => one.querySelector(".name").textContent;
  const spot = (one) => ({ column: Number(one.dataset.column), y: Number(one.dataset.y), side: Number(one.dataset.side) });
  const toggleOf = (one) => one.querySelector(":scope > p > [data-state]");

  // Colours come from the style sheet, so that forced colours reach the picture too.
  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const named = (name) => style.getPropertyValue(name).trim();
    const system = (word) => {
      const probe = document.createElement("i");
      probe.style.color = word;
      document.body.append(probe);
      const found = getComputedStyle(probe).color;
      probe.remove();
      return found;
    };
    return forced.matches
      ? { ink: system("CanvasText"), dim: system("CanvasText"), line: system("CanvasText"), ground: system("Canvas"), accent: system("Highlight"), onAccent: system("HighlightText"), tie: system("LinkText") }
      : { ink: named("--ink"), dim: named("--dim"), line: "#8c959f", ground: named("--ground"), accent: named("--accent"), onAccent: "#fff", tie: named("--warn") };
  };
  const paint = (one) => {
    const path = one.querySelector("svg.shape path"), style = getComputedStyle(path);
    return { symbol: `path://${path.getAttribute("d")}`, fill: style.fill, stroke: style.stroke };
  };
  const font = (size, weight = 400) => `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
  const fit = (text, room, size, weight) => {
    pen.font = font(size, weight);
    if (pen.measureText(text).width <= room) return text;
    let short = text;
    while (short && pen.measureText(`${short}…`).width > room) short = short.slice(0, -1);
    return `${short}…`;
  };
  const lines = (text, room, size, most) => {
    pen.font = font(size, 600);
    const even = Math.ceil(pen.measureText(text).width / room); // no last line of one letter
    const full = even > 1 && even <= most ? pen.measureText(text).width / even + size : room;
    const out = [];
    let line = "";
    for (const letter of text) {
      if (pen.measureText(line + letter).width <= Math.min(full, room)) line += letter;
      else { out.push(line); line = letter; }
    }
    out.push(line);
    return out.length <= most ? out : [...out.slice(0, most - 1), fit(out.slice(most - 1).join(""), room, size, 600)];
  };

  // Names go into the picture as they are: braces and bars have a meaning in its label language.
  const plain = (text) => text.replace(/[{}|]/g, (sign) => ({ "{": "｛", "}": "｝", "|": "｜" })[sign]);

  // How many columns of nodes stand on a side, what they take besides names, and how small all fits.
  const levels = (side) => Math.max(0, ...items().map(spot).filter((one) => one.side === side).map((one) => one.column / 2));
  const fixed = (n) => (n ? WORD + TO_NODE + (n - 1) * (PILL + 20 + TO_NODE) + 8 : CENTRE);
  const whole = () => {
    const [l, r] = [levels(-1), levels(1)], wanted = 16 + fixed(l) + fixed(r) + (l + r) * NARROW;
    return Math.max(0.45, Math.min(1, plot().clientWidth / wanted));
  };

  // The picture: real nodes, words of branches, and points without size where lines bend.
  const option = () => {
    const box = plot(), width = box.clientWidth, height = box.clientHeight, colour = colours();
    const all = items(), spots = all.map(spot), s = scale;
    // Names get what the window leaves; where that is too little, the chosen branch stays in sight.
    const [lefts, rights] = [levels(-1), levels(1)];
    const room = Math.min(WIDE, Math.max(NARROW, (width / s - 16 - fixed(lefts) - fixed(rights)) / (lefts + rights || 1)));
    const reach = (n) => (fixed(n) + n * room) * s;
    const away = (column) => {
      if (column === 0) return 0;
      const nodes = Math.floor(column / 2), past = nodes - (column % 2 ? 0 : 1);
      const word = WORD + past * (TO_NODE + room + PILL + 20);
      return column % 2 ? word : word + TO_NODE;
    };
    const slack = width - reach(lefts) - reach(rights);
    const chosenSide = spot(item(at) ?? all[0]).side || (rights >= lefts ? 1 : -1);
    const middle = slack >= 0 ? reach(lefts) + slack / 2 : chosenSide > 0 ? Math.max(CENTRE * s + 8, width - reach(rights)) : Math.min(width - CENTRE * s - 8, reach(lefts));
    const top = Math.min(...spots.map((one) => one.y)), low = Math.max(...spots.map((one) => one.y));
    const tall = Math.max(0.7, Math.min(1, (height / s - 36) / Math.max(1, low - top + 24)));
    const X = (x) => middle + x * s, Y = (y) => height / 2 + y * tall * s;
    const side = (one) => X(one.side * away(one.column));
    const data = [], links = [];
    places = new Map();
    const put = (name, x, y, more = {}) => { data.push({ name, x, y, symbolSize: 0, silent: true, label: { show: false }, tooltip: { show: false }, ...more }); places.set(name, [x, y]); };
    const line = (source, target, more = {}) => links.push({ source, target, symbol: ["none", "none"], lineStyle: { color: colour.line, width: 1, opacity: 1, ...more.lineStyle }, ...more.rest });
    put("/corner", 0, 0); // a single row would have no height to keep
    put("/other corner", width, height);

    const chosen = new Set();
    for (let one = item(at); one; one = one.parentElement.closest("[data-node]")) chosen.add(one.dataset.node);

    for (const one of all) {
      const id = one.dataset.node, here = id === at, more = Number(one.dataset.more), place = spot(one);
      const opened = "open" in one.dataset, look = paint(one), weight = here || opened ? 600 : 400;
      const base = { silent: false, cursor: "pointer" };
      if (place.side === 0) {
        const words = lines(nameOf(one), 2 * CENTRE - 24, 15, 3);
        put(id, X(0), Y(0), {
          ...base, symbol: "rect", symbolSize: [2 * CENTRE * s, (30 + 21 * words.length) * s],
          itemStyle: { color: colour.accent },
          label: { show: true, position: "inside", width: (2 * CENTRE - 6) * s, height: (24 + 21 * words.length) * s, align: "center", verticalAlign: "middle", borderColor: here ? colour.onAccent : colour.accent, borderWidth: 2, formatter: `{k|${one.dataset.kind}}\n${words.map((w) => `{n|${plain(w)}}`).join("\n")}`, rich: { k: { fontSize: 12 * s, color: colour.onAccent, lineHeight: 18 * s }, n: { fontSize: 15 * s, fontWeight: 600, color: colour.onAccent, lineHeight: 21 * s } } },
        });
        continue;
      }
      const count = more && !opened ? `+${more}` : "";
      pen.font = font(12);
      const left = room - NODE - 10 - (count ? pen.measureText(` ${count}`).width : 0);
      const parts = [`{n|${plain(fit(nameOf(one), left, FONT, weight))}}`, count && `{m|${count}}`].filter(Boolean);
      put(id, side(place), Y(place.y), {
        ...base, symbol: look.symbol, symbolSize: (here ? 20 : 16) * s,
        itemStyle: { color: look.fill, borderColor: here ? colour.tie : look.stroke, borderWidth: here ? 2.5 : 1.4 },
        label: {
          show: true, position: place.side < 0 ? "left" : "right", distance: 6 * s, formatter: (place.side < 0 ? parts.reverse() : parts).join(" "),
          fontSize: 12 * s, rich: { n: { fontSize: FONT * s, fontWeight: weight, color: colour.ink }, m: { fontSize: 12 * s, color: colour.dim } },
        },
      });
    }

    for (const group of view().querySelectorAll("[data-group]")) {
      const own = spot(group), y = Y(own.y), out = own.side * s;
      const parent = group.parentElement.closest("[data-node]"), owner = spot(parent), from = Y(owner.y);
      const id = `/word ${data.length}`, x = side(own), inner = x - out * PILL, outer = x + out * PILL;
      const [word, kind] = group.dataset.group.split(" · "), { drawn, total } = group.dataset;
      const small = word.length > 6 ? 11 : 12, number = drawn === total ? total : `${drawn}/${total}`;
      put(id, x, y, {
        label: { show: true, position: "inside", width: 2 * PILL * s, height: 34 * s, align: "center", verticalAlign: "middle", backgroundColor: colour.ground, borderColor: colour.line, borderWidth: 1, formatter: `{w|${fit(word, 2 * PILL - 6, small, 400)}}\n{c|${kind ? `${kind} ` : ""}${number}}`, rich: { w: { fontSize: small * s, lineHeight: 15 * s, color: colour.ink }, c: { fontSize: 11 * s, lineHeight: 14 * s, color: colour.dim } } },
      });
      const branch = [...group.querySelectorAll(":scope > ul > [data-node]")];
      const on = at !== view().dataset.centre && branch.some((one) => chosen.has(one.dataset.node));
      const strong = { lineStyle: { color: colour.accent, width: 2 } }, usual = on ? strong : {};
      // from the owner to the word: a spine beside the owner, then a stub with the arrow
      pen.font = font(FONT, 600);
      const named = pen.measureText(fit(nameOf(parent), room - NODE - 10, FONT, 600)).width + NODE + 10;
      const spine = owner.side ? inner - out * 16 : X(own.side * SPINE), start = owner.side ? side(owner) + out * named : X(0);
      put(`${id}a`, start, from); put(`${id}b`, spine, from); put(`${id}c`, spine, y); put(`${id}d`, inner, y);
      line(`${id}a`, `${id}b`, usual);
      line(`${id}b`, `${id}c`, usual);
      const ends = group.dataset.way === "out" ? ["none", "arrow"] : ["arrow", "none"];
      line(`${id}c`, `${id}d`, { ...usual, rest: { symbol: ends, symbolSize: 8 * s } });
      // from the word to the nodes: another spine, then a stub for each
      const second = outer + out * 9;
      put(`${id}e`, outer, y); put(`${id}f`, second, y);
      line(`${id}e`, `${id}f`, usual);
      for (const one of branch) {
        const node = spot(one), mark = `${id} ${one.dataset.node}`, way = on && chosen.has(one.dataset.node) ? strong : {};
        put(mark, second, Y(node.y));
        put(`${mark}/`, side(node) - out * NODE, Y(node.y));
        line(`${id}f`, mark, way);
        line(mark, `${mark}/`, way);
      }
    }

    // Other relations of the chosen node, with their words.
    for (const tie of view().querySelectorAll("[data-tie]")) {
      const source = tie.closest("[data-node]").dataset.node, target = tie.dataset.tie;
      if (source !== at && target !== at) continue;
      // within a column it bends towards the centre, where no names stand
      const [[x1, y1], [x2, y2]] = [places.get(source), places.get(target)];
      const bend = x1 === x2 ? 0.3 * (y1 < y2 ? 1 : -1) * -spot(item(source)).side : 0.2;
      links.push({
        source, target, symbol: ["none", "arrow"], symbolSize: 8,
        lineStyle: { color: colour.tie, width: 1.5, opacity: 1, type: "dashed", curveness: bend },
        label: { show: true, formatter: tie.dataset.word, fontSize: 12 * s, color: colour.tie, backgroundColor: colour.ground, padding: [1, 3] },
      });
    }
    // The chart stretches what it is given into its frame: as large as that, nothing is stretched.
    const [xs, ys] = ["x", "y"].map((axis) => data.map((one) => one[axis]));
    const frame = { left: Math.min(...xs), top: Math.min(...ys), width: Math.max(...xs) - Math.min(...xs) || 1, height: Math.max(...ys) - Math.min(...ys) || 1 };
    return {
      animation: !still.matches, animationDuration: 0, animationDurationUpdate: 250, aria: { enabled: false },
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      series: [{
        type: "graph", layout: "none", ...frame, roam: touch.matches ? true : "move",
        scaleLimit: { min: 0.5, max: 4 }, nodeScaleRatio: 0, z: 2, data, links, edgeLabel: { show: false }, label: { show: true },
        emphasis: { scale: false, focus: "none" }, cursor: "move",
      }],
    };
  };

  const draw = (afresh = false) => {
    if (!chart || !plot().clientWidth) return;
    const next = option();
    if (afresh) Object.assign(next.series[0], { zoom: 1, center: null });
    chart.setOption(next);
    explorer.classList.add("drawn");
    for (const one of items()) one.classList.toggle("here", one.dataset.node === at);
    explorer.dataset.drawn = String(items().length);
  };

  const start = () => {
    const canvas = plot().querySelector(".canvas");
    chart = echarts.init(canvas, null, { renderer: "canvas" });
    chart.on("click", ({ dataType, name }) => { if (dataType === "node") choose(name); });
    chart.on("dblclick", ({ dataType, name }) => { if (dataType === "node") turn(name); });
    new ResizeObserver(() => { chart.resize(); draw(true); }).observe(canvas);
    forced.addEventListener("change", () => draw());
    view().querySelector(".zoom").hidden = false;
    if (plot().clientWidth < 600) scale = 0.74; // the centre and one side of it
    draw(true);
  };
  const load = () => {
    if (document.querySelector("script[data-picture]")) return;
    const script = document.createElement("script");
    script.src = explorer.dataset.echarts;
    script.dataset.picture = "";
    script.addEventListener("load", start);
    document.head.append(script);
  };

  // The card of a node, and the node in the address.
  const choose = async (id, { card = true } = {}) => {
    if (!item(id)) return;
    at = id;
    draw();
    if (!card) return;
    const params = new URLSearchParams(location.search);
    params.set("sel", id);
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${explorer.dataset.card}?${params}`, { signal: asking.signal });
      if (!answer.ok) return;
      document.getElementById("card").innerHTML = await answer.text();
      history.replaceState(null, "", `${location.pathname}?${params}`);
      const shown = item(id);
      announce(`${shown.dataset.kind} ${nameOf(shown)} 的卡片已打开`);
      return true;
    } catch { /* another one was chosen meanwhile */ }
  };

  // Another state of the same centre: the server makes the list, the picture follows.
  const follow = async (href, { push = true } = {}) => {
    let answer, text;
    try {
      answer = await fetch(href, { headers: { Accept: "text/html" } });
      text = await answer.text();
    } catch { location.href = href; return; }
    const next = answer.ok && new DOMParser().parseFromString(text, "text/html").getElementById("graph-view");
    if (!next || next.dataset.centre !== view().dataset.centre) { location.href = answer.url || href; return; }
    const focus = document.activeElement, canvas = view().querySelector(".canvas");
    const back = focus && view().contains(focus) && {
      plot: focus === plot(), card: focus.closest("#card") !== null, value: focus.value,
      node: focus.closest("[data-node]")?.dataset.node,
    };
    const shown = view().querySelector(".picture").classList.contains("shown");
    if (push) history.pushState(null, "", answer.url);
    next.querySelector(".canvas").replaceWith(canvas);
    next.querySelector(".picture").classList.toggle("shown", shown);
    next.querySelector(".zoom").hidden = !chart;
    view().replaceWith(next);
    at = next.dataset.selected;
    prepare();
    if (back?.plot) plot().focus();
    else if (back?.card) document.getElementById("card-h").focus();
    else if (back?.node) (item(back.node) ? toggleOf(item(back.node)) : null)?.focus();
    else if (back?.value) view().querySelector(`input[value="${CSS.escape(back.value)}"][name="on"]`)?.focus();
    chart?.resize();
    draw(true);
    announce(view().querySelector("[data-announce]").textContent);
  };
  const turn = (id, want) => {
    const one = item(id), link = one && toggleOf(one);
    if (link && (want === undefined || ("open" in one.dataset) !== want)) return follow(link.href);
    if (one) announce(want === false ? "这个节点没有展开" : "没有更多关系可以展开");
  };

  // Arrows go to the nearest node in their direction; the picture's own places decide.
  const step = (dx, dy) => {
    const here = spot(item(at));
    let best = null, least = Infinity;
    for (const one of items()) {
      const there = spot(one), x = 150 * (there.column * there.side - here.column * here.side), y = there.y - here.y;
      const along = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
      const cost = along + aside * (dx ? 0.5 : 4);
      if (along > 0 && cost < least) { best = one; least = cost; }
    }
    if (best) go(best);
  };
  const go = (one) => {
    choose(one.dataset.node, { card: false });
    const word = one.closest("[data-group]")?.dataset.group ?? "中心", more = Number(one.dataset.more);
    announce(`${one.dataset.kind} ${nameOf(one)}，${word}${more ? `，还有 ${more} 条关系没有画出` : ""}`);
  };
  const keys = {
    ArrowLeft: () => step(-1, 0), ArrowRight: () => step(1, 0), ArrowUp: () => step(0, -1), ArrowDown: () => step(0, 1),
    Home: () => go(item(view().dataset.centre)),
    Enter: async () => { if (await choose(at)) document.getElementById("card-h").focus(); },
    "+": () => turn(at, true), "=": () => turn(at, true), "-": () => turn(at, false),
  };

  const later = window.requestIdleCallback ?? setTimeout; // the words come first
  const near = new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) later(load); }, { rootMargin: "200px" });
  const prepare = () => {
    const open = view().querySelector(".show-picture");
    open.hidden = false;
    open.addEventListener("click", () => { view().querySelector(".picture").classList.add("shown"); load(); plot().focus({ preventScroll: true }); });
    plot().addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || !keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    });
    for (const button of view().querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => {
        const zoom = Number(button.dataset.zoom);
        if (!chart) return;
        scale = zoom ? Math.min(2.5, Math.max(0.45, scale * zoom)) : whole();
        draw(true);
      });
    }
    near.disconnect();
    near.observe(plot());
  };

  explorer.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-state]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    follow(link.href);
  });
  explorer.addEventListener("change", (event) => {
    const form = event.target.closest(".switches");
    if (form) follow(`${form.action}?${new URLSearchParams(new FormData(form))}`);
  });
  // The list shows its place in the picture.
  explorer.addEventListener("focusin", (event) => {
    const one = event.target.closest("#tree [data-node]");
    if (one && one.dataset.node !== at) choose(one.dataset.node, { card: false });
  });
  addEventListener("popstate", () => follow(location.href, { push: false }));
  at = view().dataset.selected;
  prepare();
})();
