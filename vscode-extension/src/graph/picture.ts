// The server's picture, made fit for this page: only what a drawing consists of comes in.

const SPACE = "http://www.w3.org/2000/svg";
/** What a drawing consists of. Nothing among it loads, links or runs anything. */
const ELEMENTS = new Set(["svg", "g", "title", "desc", "rect", "circle", "ellipse", "line", "path", "polygon", "polyline", "text", "tspan", "style"]);
const ATTRIBUTES = new Set([
  "class", "id", "data-id", "width", "height", "viewBox", "role", "aria-labelledby", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry",
  "d", "points", "dx", "dy", "text-anchor", "transform", "fill", "stroke", "stroke-width", "stroke-dasharray",
]);

/** The picture as elements of the page; nothing where it is no picture. `nonce` is what the page's policy wants of a style. */
export function cleaned(svg: string, page: Document, nonce: string): Element | undefined {
  const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  return parsed.localName === "svg" && parsed.namespaceURI === SPACE ? copied(parsed, page, nonce) : undefined;
}

function copied(from: Element, page: Document, nonce: string): Element {
  const to = page.createElementNS(SPACE, from.localName);
  for (const { name, value } of from.attributes) {
    if (ATTRIBUTES.has(name)) to.setAttribute(name, value);
  }
  if (from.localName === "style") {
    to.setAttribute("nonce", nonce);
    // The rules of the page are more specific than those of the picture, so its colours are those of the editor's theme.
    to.textContent = from.textContent;
    return to;
  }
  for (const child of from.childNodes) {
    if (child.nodeType === 3) to.append(page.createTextNode(child.textContent ?? ""));
    else if (child.nodeType === 1 && ELEMENTS.has((child as Element).localName)) to.append(copied(child as Element, page, nonce));
  }
  return to;
}
