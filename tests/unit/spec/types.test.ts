// The public types are exactly what the zod definition accepts and gives: proven by the compiler.

import type { z } from "zod";
import type { document } from "../../../provider/spec/schema.js";
import type { status } from "../../../provider/spec/schema-status.js";
import type { Neo4jRestoreStatus, RestoreDocument } from "../../../provider/spec/types.js";

/** True only where the two are the same type, optionality and readonly included. */
type Same<A, B> =
  (<T>(value: T) => T extends A ? 1 : 2) extends <T>(value: T) => T extends B ? 1 : 2 ? true : false;

const proofs: readonly true[] = [
  true satisfies Same<z.output<typeof document.schema>, RestoreDocument>,
  true satisfies Same<z.output<typeof status.schema>, Neo4jRestoreStatus>,
  true satisfies Same<
    z.output<typeof document.schema>["spec"]["options"],
    RestoreDocument["spec"]["options"]
  >,
  // @ts-expect-error the proof would notice a field that only one of them has
  true satisfies Same<z.output<typeof document.schema>, RestoreDocument & { readonly more?: string }>,
  // @ts-expect-error … and a field that may be written
  true satisfies Same<{ readonly a?: string }, { a?: string }>,
];

test("the types are proven by tsc", () => {
  expect(proofs).toHaveLength(5);
});
