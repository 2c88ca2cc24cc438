// The tray of entries to compare: up to four, for this tab only. Without it the links work alone.
"use strict";
(() => {
  const KEY = "greenkg-compare", MOST = 4;
  const announce = (text) => {
    const place = document.getElementById("announce");
    if (place) place.textContent = text;
  };
  const read = () => {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
      return Array.isArray(kept) ? kept.filter((one) => typeof one?.id === "string" && typeof one?.name === "string").slice(0, MOST) : [];
    } catch { return []; }
  };
  const write = (list) => {
    try { sessionStorage.setItem(KEY, JSON.stringify(list)); return true; } catch { return false; }
  };
  const addressOf = (base, list) => `${base}?${list.map((one) => `id=${encodeURIComponent(one.id)}`).join("&")}`;

  // The page of the comparison is the truth: what it shows is what is chosen.
  const compared = document.querySelector("[data-compared]");
  if (compared) write([...compared.querySelectorAll("th[data-id]")].map((th) => ({ id: th.dataset.id, name: th.dataset.name })));

  let tray = null, base = "";
  const links = () => document.querySelectorAll("a[data-compare]");
  const dress = (list) => links().forEach((link) => {
    base = link.getAttribute("href").split("?")[0];
    const inside = list.some((one) => one.id === link.dataset.compare);
    link.setAttribute("role", "button");
    link.setAttribute("aria-pressed", String(inside));
    link.firstChild.textContent = inside ? "已加入对比" : "加入对比";
  });
  const element = (name, className, text = "") => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.textContent = text;
    return made;
  };
  const draw = (list) => {
    dress(list);
    if (!list.length || !base) { tray?.remove(); tray = null; return; }
    if (!tray) {
      tray = element("aside", "tray no-print");
      tray.setAttribute("aria-label", "对比");
      document.body.append(tray);
    }
    const wrap = element("div", "wrap"), chosen = element("ul"), go = element("a", "go-compare", list.length > 1 ? `对比这 ${list.length} 项` : "打开对比");
    go.href = addressOf(base, list);
    for (const one of list) {
      const item = element("li"), name = element("span", "", one.name), out = element("button", "", "移出");
      name.title = one.name;
      out.type = "button";
      out.setAttribute("aria-label", `移出对比：${one.name}`);
      out.addEventListener("click", () => { change(read().filter((other) => other.id !== one.id)); tray?.querySelector(".go-compare")?.focus(); });
      item.append(name, out);
      chosen.append(item);
    }
    const clear = element("button", "", "清空");
    clear.type = "button";
    clear.addEventListener("click", () => { change([]); announce("对比已清空"); });
    wrap.append(element("span", "", `已选 ${list.length} / ${MOST} 项`), chosen, clear, go);
    tray.replaceChildren(wrap);
  };
  const change = (list) => { const kept = write(list); draw(list); return kept; };

  const toggle = (link) => {
    const list = read(), id = link.dataset.compare;
    const name = link.querySelector(".vh").textContent.slice(1); // behind the colon
    if (list.some((one) => one.id === id)) {
      change(list.filter((one) => one.id !== id));
      announce(`已移出对比：${name}`);
    } else if (list.length >= MOST) {
      announce(`最多对比 ${MOST} 项，请先移出一项`);
      const told = tray?.querySelector(".wrap > span");
      if (told) told.textContent = `最多 ${MOST} 项，请先移出一项`;
    } else {
      if (!change([...list, { id, name }])) return false;
      announce(`已加入对比：${name}，共 ${list.length + 1} 项`);
    }
    return true;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-compare]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (toggle(link)) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const link = event.key === " " && event.target.closest?.("a[data-compare]");
    if (link) { event.preventDefault(); link.click(); }
  });
  document.addEventListener("htmx:afterSwap", () => draw(read()));
  addEventListener("pageshow", () => draw(read()));
})();
