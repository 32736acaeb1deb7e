// Runs inside the picture's page: shows the graph, marks where the cursor is, and says which node was chosen.

import { cleaned } from "./picture";
import type { FromPicture, Graph, ToPicture } from "./protocol";

const editor = acquireVsCodeApi();
const say = (message: FromPicture) => editor.postMessage(message);
/** The least size of the picture, as a part of its own. */
const SMALLEST = 0.55;
const picture = document.getElementById("picture");
const nothing = document.getElementById("nothing");
/** The nonce that the page's policy wants: this script has it, and the style of the picture gets it too. */
const nonce = document.currentScript?.nonce ?? "";

window.addEventListener("message", (event: MessageEvent<ToPicture>) => {
  const message = event.data;
  if (!picture || !nothing) return;
  if (message.type === "current") {
    mark(message.current);
    return;
  }
  nothing.textContent = message.type === "nothing" ? message.why : "";
  if (message.type === "nothing") {
    picture.replaceChildren();
    return;
  }
  picture.replaceChildren(drawing(message.graph));
  mark(message.current);
});

/** The picture of the server; where there is none, the nodes one below the other, which is better than nothing. */
function drawing(graph: Graph): Element {
  const drawn = graph.svg === undefined ? undefined : cleaned(graph.svg, document, nonce);
  const shown = drawn ?? listed(graph);
  // In a narrow column the picture is made smaller, but not so small that nobody reads it; then one scrolls.
  if (drawn instanceof SVGSVGElement) drawn.style.minWidth = `${Math.round(drawn.width.baseVal.value * SMALLEST)}px`;
  const known = new Map(graph.nodes.map((node) => [node.id, node]));
  for (const element of shown.querySelectorAll("[data-id]")) {
    const id = element.getAttribute("data-id") ?? "";
    const node = known.get(id);
    // What stands nowhere in the text leads nowhere.
    if (!node?.range) {
      element.removeAttribute("data-id");
      continue;
    }
    element.setAttribute("tabindex", "0");
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", [node.kind, node.title, ...(node.notes ?? [])].join(", "));
    element.addEventListener("click", () => say({ type: "reveal", id }));
    element.addEventListener("keydown", (event) => {
      const key = (event as KeyboardEvent).key;
      if (key !== "Enter" && key !== " ") return;
      event.preventDefault();
      say({ type: "reveal", id });
    });
  }
  return shown;
}

function listed(graph: Graph): Element {
  const list = document.createElement("ol");
  for (const node of graph.nodes) {
    const item = document.createElement("li");
    item.textContent = node.title;
    item.setAttribute("data-id", node.id);
    list.append(item);
  }
  return list;
}

function mark(current: string | undefined): void {
  for (const element of document.querySelectorAll("[data-id]")) {
    const here = element.getAttribute("data-id") === current;
    const before = element.classList.contains("current");
    element.classList.toggle("current", here);
    if (here) element.setAttribute("aria-current", "step");
    else element.removeAttribute("aria-current");
    if (here && !before) element.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

say({ type: "ready" });
