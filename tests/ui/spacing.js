// What is no more whole once somebody spaces the text out (WCAG 1.4.12): texts cut by a box that hides what overflows it, or
// that spill out of their own, where they did neither before. Cut on purpose (an ellipsis, so many lines) is told apart.
(() => {
  const words = (element) => [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
  const onPurpose = (style) => style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
  const hides = (value) => value === "hidden" || value === "clip";
  const rects = (element) =>
    words(element)
      .flatMap((node) => {
        const range = document.createRange();
        range.selectNode(node);
        return [...range.getClientRects()];
      })
      .filter((rect) => rect.width > 0 && rect.height > 0);
  function lost(element) {
    const texts = rects(element);
    if (texts.length === 0) return false;
    const right = Math.max(...texts.map((rect) => rect.right));
    const bottom = Math.max(...texts.map((rect) => rect.bottom));
    const style = getComputedStyle(element);
    if (style.display !== "inline" && style.display !== "contents") {
      const box = element.getBoundingClientRect();
      if (style.overflowY === "visible" && bottom > box.bottom + 2) return true;
    }
    for (let around = element; around && around !== document.body; around = around.parentElement) {
      const clip = getComputedStyle(around);
      if (onPurpose(clip)) return false;
      const box = around.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1) return false; // for screen readers alone
      if (clip.overflowX === "auto" || clip.overflowX === "scroll" || clip.overflowY === "auto" || clip.overflowY === "scroll")
        return false; // scrolled to
      if ((hides(clip.overflowX) && right > box.right + 2) || (hides(clip.overflowY) && bottom > box.bottom + 2)) return true;
    }
    return false;
  }
  const texts = [...document.body.querySelectorAll("*")].filter(
    (element) => words(element).length > 0 && !["SCRIPT", "STYLE", "OPTION", "TITLE"].includes(element.tagName) && element.checkVisibility(),
  );
  const before = new Set(texts.filter(lost));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }" +
      " p { margin-block-end: 2em !important }",
  );
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const found = texts
    .filter((element) => !before.has(element) && lost(element))
    .map((element) => `cut when spaced out: ${element.outerHTML.slice(0, 200)}`);
  const wider = document.documentElement.scrollWidth - innerWidth;
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
  return wider > 0 ? [...found, `${wider} px wider than the window when spaced out`] : found;
})();
