// Progress as lines for the engine's display, where a row may leave 22 characters: the step comes first, then how far
// it is, then the rest. Outside a terminal each line is printed for good, so a line is sent only when it says something
// new: another step, another message, or five percent more.

import type { Progress } from "../../runtime/engine.js";

const percentStep = 5;

/** Turns reports of progress into lines, leaving out what repeats. */
export function progressLines(send: (line: string) => void): (progress: Progress) => void {
  let last = "";
  return ({ step, message, percent }) => {
    const [text = ""] = message.split("\n");
    // Messages with a percentage count bytes as they go: the percentage alone decides.
    const news = percent === undefined ? `${step} ${text}` : `${step} ${Math.floor(percent / percentStep)}`;
    if (news === last) return;
    last = news;
    send([step, percent === undefined ? "" : `${Math.floor(percent)}%`, text].filter(Boolean).join(" "));
  };
}
