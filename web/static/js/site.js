// Enhancements only: every page works without this file.
"use strict";
(() => {
  const wide = matchMedia("(min-width: 720px)");
  const announce = (text) => {
    const place = document.getElementById("announce");
    if (place) place.textContent = text;
  };

  // Boxes grow with their text where the browser does not do it by itself.
  const grow = (box) => {
    if (CSS.supports("field-sizing", "content")) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  };

  // Completions: arrows choose, Enter takes, Escape closes; a late answer never shows.
  const suggest = (box, n) => {
    const isInput = box.tagName === "INPUT";
    const list = document.createElement("ul");
    const pop = document.createElement("div");
    list.id = `suggestions-${n}`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "建议");
    list.hidden = true;
    pop.className = "pop";
    box.replaceWith(pop);
    pop.append(box, list);
    if (isInput) box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", list.id);
    let found = [], at = -1, asking = null, timer = 0;

    const show = (open) => {
      list.hidden = !open;
      at = -1;
      box.removeAttribute("aria-activedescendant");
      if (isInput) box.setAttribute("aria-expanded", String(open));
    };
    const mark = (to) => {
      at = to;
      [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
      if (at < 0) return box.removeAttribute("aria-activedescendant");
      box.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    };
    const take = (i) => { location.href = found[i].href; };
    const fill = (items) => {
      found = items;
      list.replaceChildren(...items.map((one, i) => {
        const item = document.createElement("li"), kind = document.createElement("span");
        item.id = `${list.id}-${i}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        kind.textContent = one.kind;
        item.append(one.text, kind);
        item.addEventListener("mousedown", (event) => event.preventDefault());
        item.addEventListener("click", () => take(i));
        return item;
      }));
      show(items.length > 0);
      if (items.length) announce(`${items.length} 条建议，按上下键选择`);
    };
    const ask = async () => {
      asking?.abort();
      const text = box.value.trim();
      if (!text || text.length > 20 || text.includes("\n")) return show(false);
      asking = new AbortController();
      try {
        const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: asking.signal });
        if (answer.ok && document.activeElement === box) fill(await answer.json());
      } catch { /* aborted or offline: typing goes on */ }
    };
    show(false);
    box.addEventListener("input", (event) => {
      clearTimeout(timer);
      if (!event.isComposing) timer = setTimeout(ask, 150);
    });
    box.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
    box.addEventListener("blur", () => { asking?.abort(); clearTimeout(timer); show(false); });
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || list.hidden) return;
      if (event.key === "Escape") { event.preventDefault(); show(false); }
      else if (event.key === "Enter" && at >= 0) { event.preventDefault(); take(at); }
      else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1, all = found.length + 1;
        mark(((at + 1 + step + all) % all) - 1);
      }
    });
  };

  // Long facets get a box that narrows them and opens what it finds.
  const narrow = (facet) => {
    const items = [...facet.querySelectorAll("li")], box = document.createElement("input");
    box.type = "search";
    box.placeholder = `在${facet.dataset.filter}中查找`;
    box.setAttribute("aria-label", box.placeholder);
    box.addEventListener("input", () => {
      const text = box.value.trim().toLowerCase();
      for (const item of items) item.hidden = !item.textContent.toLowerCase().includes(text);
      for (const fold of facet.querySelectorAll("details")) {
        fold.open = text !== "" && fold.querySelector("li:not([hidden])") !== null;
      }
    });
    box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    box.addEventListener("change", (event) => event.stopPropagation());
    facet.querySelector("ul").before(box);
  };
  const prepare = (root) => root.querySelectorAll("fieldset[data-filter]").forEach(narrow);

  document.querySelectorAll("[data-grow]").forEach((box) => {
    grow(box);
    box.addEventListener("input", () => grow(box));
    // Enter asks, Shift+Enter makes a line; Enter inside an input method only ends the word.
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !event.defaultPrevented && !box.getAttribute("aria-activedescendant")) {
        event.preventDefault();
        box.form.requestSubmit();
      }
    });
  });
  document.querySelectorAll("[data-suggest]").forEach(suggest);
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
  prepare(document);

  // Choosing a facet applies it at once on wide pages; small ones have the button.
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-apply]");
    if (form && window.htmx && wide.matches) htmx.trigger(form, "apply");
  });
  // Whatever goes wrong on the way, the plain form says what.
  for (const trouble of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(trouble, (event) => event.target.closest("form")?.submit());
  }
  document.addEventListener("htmx:afterSwap", () => {
    const results = document.getElementById("results");
    if (!results) return;
    prepare(results);
    announce(results.querySelector("[data-announce]")?.textContent ?? "");
  });
})();
