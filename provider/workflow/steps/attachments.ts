/**
 * What went with DROP DATABASE is given back: DENYs at once after CREATE is accepted and before anything is waited for,
 * then GRANTs, then aliases; and it is read back as a set. Every command may be repeated. Invariant: what Neo4j refuses
 * to give is told, and never ends a restore whose data are good: tried again it would be refused again.
 */
import { deniesFirst, givenInTurn, notThere } from "../../plan/attachments.js";
import type { Attachments } from "../../plan/observation.js";
import type { RestoreRequest } from "../../spec/request.js";
import type { Need } from "../effects.js";
import { limits } from "../limits.js";
import type { RunState } from "../state.js";
import { firstOf, once, type Context, type Move } from "../step.js";
import { admin, endpoint } from "../subject.js";

export function attachmentNeeds(state: RunState, request: RestoreRequest): readonly Need[] {
  return wanted(state) && state.facts.readBack === true
    ? [{ kind: "attachments", at: endpoint(state, request) }]
    : [];
}

/** @returns undefined once all of it was asked for in this step */
export function giveAttachments(context: Context): Move | undefined {
  const attachments = wanted(context.state);
  return attachments && give(context, attachments);
}

/** Read back: the first of what is missing is given once more, then all of it is told. */
export function checkAttachments(context: Context): Move | undefined {
  const { state, seen } = context;
  const attachments = wanted(state);
  if (!attachments) return undefined;
  // Of thousands, and only where they are needed.
  if (state.facts.readBack !== true) return { kind: "learn", facts: { readBack: true } };
  if (!seen.attachments) return unseen;
  const missing = notThere(attachments, seen.attachments);
  const [first] = givenInTurn(missing);
  const database = context.request.spec.databaseName;
  const effect = { kind: "giveAttachments", key: "again", database } as const;
  const again = first && once(context, { ...effect, at: admin(context), attachments: first });
  if (again) return again;
  const unattached = told(missing);
  if ((state.facts.unattached ?? "") === unattached) return undefined;
  const remark = `not given back to database ${database}: ${unattached}`;
  return { kind: "learn", facts: { unattached }, ...(unattached === "" ? {} : { note: { remark } }) };
}

function wanted({ facts: { attachments, dropped } }: RunState): Attachments | undefined {
  if (dropped !== true || !attachments) return undefined;
  return attachments.aliases.length + attachments.privileges.length === 0 ? undefined : attachments;
}

function give(context: Context, attachments: Attachments): Move | undefined {
  const database = context.request.spec.databaseName;
  const effect = { kind: "giveAttachments", at: admin(context), database } as const;
  return firstOf(
    ...givenInTurn(attachments).map(
      (part, nth) => () => once(context, { ...effect, key: `attachments-${nth}`, attachments: part }),
    ),
  );
}

const shown = 3;
const shownLength = 200;

/** In a sentence; a tenant system may have thousands. */
function told({ aliases, privileges }: Attachments): string {
  const all = [...deniesFirst(privileges), ...aliases.map(({ name }) => `alias ${name}`)];
  const some = all
    .slice(0, shown)
    .map((one) => (one.length > shownLength ? `${one.slice(0, shownLength)}…` : one));
  const more = all.length > shown ? `; and ${all.length - shown} more` : "";
  return `${some.join("; ")}${more}`;
}

const unseen: Move = {
  kind: "wait",
  reason: "BringUpFailed",
  message: "Bolt does not answer",
  pollMs: limits.databasePoll,
  limitMs: limits.online,
};
