/** Merging kubeconfig files: for any files, whatever they say, the first that says something is the one that counts. */
import fc from "fast-check";
import { stringify } from "yaml";
import { mergeParts, readParts, type Parts } from "../../provider/adapters/kubernetes/kubeconfig-parts.js";

const lists = ["clusters", "users", "contexts"] as const;
const keys = { clusters: "cluster", users: "user", contexts: "context" } as const;

/** Few names, so that files meet; values that differ, so that it shows whose they are. */
const name = fc.constantFrom("prod", "test", "kind-kind", "a:b", "12");
const named = fc.dictionary(name, fc.record({ server: fc.uuid() }, { requiredKeys: [] }), { maxKeys: 3 });
const file = fc.record(
  {
    "current-context": fc.option(fc.oneof(name, fc.constant("")), { nil: null }),
    clusters: named,
    users: named,
    contexts: named,
  },
  { requiredKeys: [] },
);
type File = typeof file extends fc.Arbitrary<infer T> ? T : never;

function parse(written: File): Parts {
  const whole: Record<string, unknown> = { ...written };
  for (const list of lists)
    whole[list] = Object.entries(written[list] ?? {}).map(([name, value]) => ({ name, [keys[list]]: value }));
  // YAML 1.1, in which a name like 12 needs its quotes.
  const reading = readParts(stringify(whole, { version: "1.1" }), undefined);
  if (reading.kind !== "parts") throw new Error(reading.kind === "wrong" ? reading.why : reading.kind);
  return reading.parts;
}

const plain = ({ currentContext, ...named }: Parts): object => ({
  currentContext,
  ...Object.fromEntries(lists.map((list) => [list, [...named[list]].sort(([a], [b]) => a.localeCompare(b))])),
});
const files = fc.array(file.map(parse), { minLength: 1, maxLength: 4 });

test("each name is the first file's that has it, as a whole; the current context the first that is set", () => {
  fc.assert(
    fc.property(files, (all) => {
      const merged = mergeParts(all);
      for (const list of lists) {
        const names = new Set(all.flatMap((parts) => [...parts[list].keys()]));
        expect(new Set(merged[list].keys())).toEqual(names);
        for (const one of names)
          expect(merged[list].get(one)).toBe(all.find((parts) => parts[list].has(one))?.[list].get(one));
      }
      expect(merged.currentContext).toBe(all.map((parts) => parts.currentContext).find((set) => set));
    }),
  );
});

test("a further file never changes what earlier ones set, and files may be merged in any groups", () => {
  fc.assert(
    fc.property(files, file.map(parse), (all, further) => {
      const before = mergeParts(all);
      const after = mergeParts([...all, further]);
      for (const list of lists)
        for (const [one, value] of before[list]) expect(after[list].get(one)).toBe(value);
      if (before.currentContext !== undefined) expect(after.currentContext).toBe(before.currentContext);
      expect(plain(mergeParts([before, further]))).toEqual(plain(after));
      const [first, ...others] = [...all, further];
      expect(plain(mergeParts([first, mergeParts(others)]))).toEqual(plain(after));
    }),
  );
});

test("whatever a file holds, reading it ends in parts, in nothing or in a sentence without a word of it", () => {
  const token = "s3cret";
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(
      fc.constantFrom(
        token,
        ": ",
        "\n",
        "- ",
        "[",
        "]",
        "{",
        "}",
        '"',
        "&a",
        "*a",
        "users",
        "name",
        " ",
        "---",
      ),
    ),
    fc.json(),
  );
  fc.assert(
    fc.property(text, (given) => {
      const reading = readParts(Array.isArray(given) ? given.join("") : given, "/conf");
      if (reading.kind === "wrong") {
        expect(reading.why).toMatch(/^(is|has) [\w ,:()[\].-]+$/);
        expect(reading.why).not.toContain(token);
      }
    }),
    { numRuns: 200 },
  );
});
