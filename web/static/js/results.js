// The result list without loading the page anew. Enhancements only: every link and form works
// without this file, and each state has its address.
"use strict";
(() => {
  const SLOW = 300, PAUSE = 200;
  const wide = matchMedia("(min-width: 720px)");
  const results = () => document.getElementById("results");
  const announce = (text) => { document.getElementById("announce").textContent = text; };
  const searching = (link) => new URL(link.href).pathname === new URL(document.getElementById("ask").action).pathname;

  // What the address and all ways on say of the facets: unfolded ones, words searched inside.
  const keep = (change) => {
    const update = (url) => { change(url.searchParams); return url; };
    for (const link of results().querySelectorAll("a[href]")) {
      if (searching(link) && !link.getAttribute("href").startsWith("#")) link.href = update(new URL(link.href)).href;
    }
    if (results().querySelector("form[data-apply]")) history.replaceState(history.state, "", update(new URL(location.href)));
  };

  // Lists that are unfolded stay so.
  document.addEventListener("toggle", (event) => {
    const fold = event.target;
    if (!fold.matches?.("[data-more]")) return;
    const name = fold.dataset.more, form = fold.closest("form");
    const kept = form.querySelector(`input[name="more"][value="${name}"]`);
    if (fold.open === Boolean(kept)) return;
    if (kept) kept.remove();
    else {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: "more", value: name });
      form.prepend(input);
    }
    keep((params) => {
      const others = params.getAll("more").filter((one) => one !== name);
      params.delete("more");
      for (const one of fold.open ? [...others, name] : others) params.append("more", one);
    });
  }, true);

  // Searching inside a facet: the server looks through all values, the listed and the unlisted.
  const asking = new Map();
  const look = async (box) => {
    asking.get(box.name)?.abort();
    const asked = new AbortController(), typed = box.value, form = box.form;
    asking.set(box.name, asked);
    const fields = new URLSearchParams(new FormData(form));
    const posted = form.method === "post";
    try {
      const answer = await fetch(posted ? form.action : `${form.action}?${fields}`, {
        method: form.method, body: posted ? fields : undefined, signal: asked.signal,
      });
      if (!answer.ok || !box.isConnected || box.value !== typed) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(box.dataset.find);
      if (!fresh || !box.isConnected || box.value !== typed) return;
      document.getElementById(box.dataset.find).replaceWith(fresh);
      keep((params) => { if (typed.trim()) params.set(box.name, typed.trim()); else params.delete(box.name); });
      announce(typed.trim() ? `${fresh.dataset.label}：找到 ${fresh.dataset.found} 项` : "");
    } catch (error) {
      if (error.name !== "AbortError") tell("没有查成：连不上服务器。");
    }
  };
  const timers = new Map();
  document.addEventListener("input", (event) => {
    const box = event.target.closest?.("[data-find]");
    if (!box || event.isComposing) return;
    clearTimeout(timers.get(box.name));
    timers.set(box.name, setTimeout(look, PAUSE, box));
  });
  document.addEventListener("compositionend", (event) => {
    const box = event.target.closest?.("[data-find]");
    if (box) timers.set(box.name, setTimeout(look, PAUSE, box));
  });

  // Choosing a value applies it at once on wide pages; small ones have the button.
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-apply]");
    if (form && event.target.type === "checkbox" && window.htmx && wide.matches) htmx.trigger(form, "apply");
  });
  // Delete takes a chip away as its click does.
  document.addEventListener("keydown", (event) => {
    const chip = event.target.closest?.(".chip");
    if (chip && (event.key === "Delete" || event.key === "Backspace")) { event.preventDefault(); chip.click(); }
    if (event.key === "Enter" && event.target.matches?.("[data-find]")) event.preventDefault();
  });

  // A new list: say it, keep the place; what fails is said above the list that stays.
  const tell = (text, again) => {
    const place = document.getElementById("trouble");
    place.textContent = text;
    if (again) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "再试一次";
      button.addEventListener("click", again);
      place.append(document.createElement("br"), button);
    }
    place.hidden = false;
    place.scrollIntoView({ block: "nearest" });
  };
  let waiting = 0, left = null;
  const settle = () => { clearTimeout(waiting); results()?.removeAttribute("aria-busy"); };
  document.addEventListener("htmx:configRequest", (event) => {
    const parameters = event.detail.parameters;
    for (const name of Object.keys(parameters)) if (name.startsWith("find-") && !String(parameters[name]).trim()) delete parameters[name];
  });
  document.addEventListener("htmx:beforeRequest", () => {
    settle();
    results().setAttribute("aria-busy", "true");
    waiting = setTimeout(announce, SLOW, "正在更新列表");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const from = event.detail.requestConfig.elt, at = document.activeElement;
    left = {
      chip: Boolean(from.closest(".chips")),
      far: Boolean(from.closest(".pager")) || (from.matches("form") && !wide.matches),
      typed: at?.matches("[data-find]") ? { id: at.id, value: at.value } : null,
    };
  });
  document.addEventListener("htmx:afterSwap", () => {
    settle();
    announce(results().querySelector(".total").textContent);
    const list = document.getElementById("list");
    const typing = left.typed && document.getElementById(left.typed.id);
    if (typing && typing.value !== left.typed.value) { // typed on while the list was on its way
      typing.value = left.typed.value;
      look(typing);
    }
    if (left.far) list.scrollIntoView();
    setTimeout(() => { // htmx has put the focus on what has the same id; else it would be lost
      if (document.activeElement !== document.body) return;
      ((left.chip && document.querySelector(".chip")) || list).focus({ preventScroll: true });
    });
  });
  document.addEventListener("htmx:sendError", (event) => fail(event, "连不上服务器"));
  document.addEventListener("htmx:timeout", (event) => fail(event, "服务器没有及时回答"));
  document.addEventListener("htmx:responseError", (event) => fail(event, `服务器答复有误（${event.detail.xhr.status}）`));
  const fail = (event, why) => {
    settle();
    const path = event.detail.pathInfo?.finalRequestPath;
    announce("");
    tell(`列表没有更新：${why}。下面仍是上一次的结果。`, path && (() => { location.href = path; }));
  };
})();
