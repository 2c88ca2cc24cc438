// Enhancements only: every page works without this file.
"use strict";
(() => {
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
    const pop = document.createElement("div"), focused = document.activeElement === box;
    list.id = `suggestions-${n}`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "建议");
    list.hidden = true;
    pop.className = "pop";
    box.replaceWith(pop);
    pop.append(box, list);
    if (focused) box.focus();
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
      if (!isInput) announce(`${found[at].text}，${found[at].kind}`); // not every reader follows a text area
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
      announce(items.length ? `${items.length} 条建议，按上下键选择` : "");
    };
    const ask = async () => {
      asking?.abort();
      const text = box.value.trim();
      if (!text || text.length > 20 || text.includes("\n")) return show(false);
      asking = new AbortController();
      try {
        const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: asking.signal });
        if (!answer.ok) return;
        const items = await answer.json();
        if (document.activeElement === box && box.value.trim() === text) fill(items);
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
      if (event.isComposing) return;
      if (list.hidden) {
        if (event.altKey && event.key === "ArrowDown") { event.preventDefault(); ask(); }
      } else if (event.key === "Escape") { event.preventDefault(); show(false); }
      else if (event.key === "Enter" && at >= 0) { event.preventDefault(); take(at); }
      else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1, all = found.length + 1;
        mark(((at + 1 + step + all) % all) - 1);
      } else if (at >= 0 && (event.key === "Home" || event.key === "End")) {
        event.preventDefault();
        mark(event.key === "Home" ? 0 : found.length - 1);
      } else if (at >= 0 && event.key.length === 1) mark(-1);
    });
  };

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
})();
