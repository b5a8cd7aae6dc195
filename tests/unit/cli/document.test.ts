/** From YAML to a request: one document, every mistake at once, flags that fit, and nothing touched before. */
import { readDocument } from "../../../provider/faces/cli/document.js";
import { Console, yaml } from "./console.js";

function messages(source: string, flags = {}): readonly string[] {
  const answer = readDocument(source, flags);
  return answer.ok ? [] : answer.problems.map(({ message }) => message);
}

test("the custom resource's YAML is a request", () => {
  const answer = readDocument(yaml, {});
  expect(answer).toMatchObject({
    ok: true,
    request: { name: "back-to-monday", namespace: "shop", spec: { databaseName: "orders", force: true } },
  });
});

test.each<readonly [string, string, readonly RegExp[]]>([
  ["nothing", "", [/^there is no document in it$/]],
  ["a comment", "# later\n", [/^there is no document in it$/]],
  ["several documents", `${yaml}---\n${yaml}`, [/^there are 2 documents in it; write one restore per file$/]],
  ["an open quote", 'spec:\n  a: "b\n', [/^line 3, column 1: Missing closing/]],
  ["a tab", "spec:\n\tclusterRef: a\n", [/^line 2, column 1: Tabs/]],
  ["a key twice", "trigger: a\ntrigger: b\n", [/^line 2, column 1: Map keys must be unique/]],
  ["an alias of nothing", "spec: *x\n", [/^Unresolved alias/]],
  ["a list", "- a\n", [/^document: /]],
  ["a scalar", "restore please\n", [/^document: /]],
])("%s", (_name, source, wanted) => {
  const found = messages(source);
  expect(found).toHaveLength(wanted.length);
  for (const [index, one] of wanted.entries()) expect(found[index]).toMatch(one);
});

test("an empty document beside the one does no harm", () => {
  expect(messages(`---\n${yaml}---\n`)).toEqual([]);
});

test("a parser's complaint quotes nothing", () => {
  const found = messages("a: [1\nb: hunter2 'hunter2'\nc: \"x\" hunter2\n").join("\n");
  expect(found).toContain("line");
  expect(found).not.toContain("hunter2");
});

test("every mistake is told, with path, value, what is allowed and the fix, and nothing is touched", async () => {
  const wrong = yaml.replace("databaseName: orders", "databasename: orders\n  timeout: soon");
  const console = new Console({ "r.yaml": wrong.replace("backupRef", "backupReff") });
  const { code, out, err } = await console.play(["run", "-f", "r.yaml"], {});
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(/^r\.yaml has \d mistakes; nothing was touched:/);
  expect(err).toContain('spec.timeout = "soon": is not a duration. Allowed: ');
  expect(err).toContain("did you mean spec.databaseName?");
  expect(err).toContain("spec.source.backupRef");
  expect(err.match(/^- .*Fix: /gm)?.length).toBeGreaterThanOrEqual(3);
  expect(console.opened).toEqual([]);
});

test("for programs a mistake is an object", async () => {
  const console = new Console({ "-": yaml.replace("orders", "system") });
  const { code, out, err } = await console.play(["plan", "-f", "-", "-o", "json"], {});
  expect({ code, err }).toEqual({ code: 2, err: "" });
  expect(JSON.parse(out)).toMatchObject({
    type: "invalid",
    file: "standard input",
    problems: [{ path: "spec.databaseName", value: "system" }],
  });
});

test("a file that is not there", async () => {
  const { code, err } = await new Console().play(["run", "-f", "nope.yaml"], {});
  expect(code).toBe(2);
  expect(err).toContain("nope.yaml has a mistake; nothing was touched:\n\n- it cannot be read: ENOENT");
});

describe("flags", () => {
  const anywhere = yaml.replace("  namespace: shop\n", "");

  test("a namespace where the document has none", () => {
    expect(readDocument(anywhere, { namespace: "blue" })).toMatchObject({ request: { namespace: "blue" } });
    expect(readDocument(yaml, { namespace: "shop" })).toMatchObject({ request: { namespace: "shop" } });
  });

  test("a namespace that differs from the document's is refused", () => {
    expect(messages(yaml, { namespace: "blue" })).toEqual([
      'metadata.namespace = "shop": differs from --namespace blue; leave one of the two out',
    ]);
  });

  test("the trigger wins over the annotation", () => {
    const annotated = yaml.replace(
      "  namespace: shop\n",
      '  annotations: {neo4j.com/restore-trigger: "1", team: a}\n',
    );
    expect(readDocument(annotated, {})).toMatchObject({ request: { trigger: "1" } });
    expect(readDocument(annotated, { trigger: "2" })).toMatchObject({
      request: { trigger: "2", annotations: { "neo4j.com/restore-trigger": "2", team: "a" } },
    });
  });
});
