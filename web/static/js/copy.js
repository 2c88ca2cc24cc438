// Copies the citation that stands beside the button; without this file it is selected by a click.
"use strict";
(() => {
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = button.parentElement.querySelector("[data-cite]").textContent.trim();
      const told = document.getElementById("announce");
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = "已复制";
        if (told) told.textContent = "引用已复制";
      } catch { button.textContent = "没有复制成功，请选中文字复制"; }
    });
  }
})();
