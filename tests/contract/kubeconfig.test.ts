/**
 * Which cluster KUBECONFIG leads to, asked of the real kubectl and of us: for one to three files in each order, each of
 * them absent, empty, or saying the same things differently. Where kubectl has an answer ours is the same one; where it
 * has none, ours is a refusal in a sentence. No cluster is needed for it.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { loadKubeConfig } from "../../provider/adapters/kubernetes/kubeconfig.js";
import { RestoreFault } from "../../provider/workflow/faults.js";
import { findKubectl } from "../kubectl.js";

// Where no kubectl is installed, the lab's is built.
jest.setTimeout(900_000);

/** What a file says; every one in words of its own, so that it shows whose were taken. */
const kinds = {
  absent: undefined,
  empty: "",
  comment: "# nothing yet\n---\n",
  prod: stringify({ "current-context": "prod", ...entries("prod") }),
  // The same names, and no word on which context is the current one.
  twin: stringify({ "current-context": "", ...entries("twin") }),
  // Another current context, whose cluster and user others may define first.
  test: stringify({ "current-context": "test", ...entries("test", "test") }),
  // Only a pointer: the context must come from another file.
  pointer: stringify({ apiVersion: "v1", kind: "Config", "current-context": "test" }),
  // Parts that others lack.
  parts: stringify({ clusters: entries("parts").clusters, users: [], contexts: null }),
  lonely: stringify({ "current-context": "prod", contexts: entries("lonely").contexts }),
  nobody: stringify({ users: [{ name: "admin", user: {} }] }),
  broken: "current-context: prod\nclusters: [\n",
  foreign: "apiVersion: v1\nkind: Secret\ncurrent-context: prod\n",
  twice: stringify({
    "current-context": "prod",
    clusters: [...entries("a").clusters, ...entries("b").clusters],
  }),
} as const;
type Kind = keyof typeof kinds;

function entries(whose: string, context = "prod") {
  const cluster = { server: `https://${whose}.example.com:6443`, "certificate-authority": "ca" };
  const user = { "client-certificate": "./certificate", "client-key": "../key" };
  return {
    clusters: [{ name: "main", cluster }],
    users: [{ name: "admin", user }],
    contexts: [{ name: context, context: { cluster: "main", user: "admin", namespace: `of-${whose}` } }],
  };
}

const singles = Object.keys(kinds).map((kind) => [kind as Kind]);
const pairs = ordered(["absent", "empty", "prod", "twin", "test"], 2);
const triples = [
  ...ordered(["prod", "twin", "test"], 3),
  ...ordered(["absent", "pointer", "test"], 3),
  ...ordered(["lonely", "parts", "nobody"], 3),
];
const strange: readonly (readonly Kind[])[] = [
  ["prod", "broken"],
  ["prod", "foreign"],
  ["lonely", "comment"],
  ["twice", "prod"],
];
const cases = [...singles, ...pairs, ...triples, ...strange];

/** Every order of so many of them. */
function ordered(among: readonly Kind[], count: number): readonly (readonly Kind[])[] {
  if (count === 0) return [[]];
  return among.flatMap((first) =>
    ordered(
      among.filter((other) => other !== first),
      count - 1,
    ).map((rest) => [first, ...rest]),
  );
}

interface Choice {
  readonly context: string;
  readonly server: string;
  readonly authority: string | undefined;
  readonly certificate: string | undefined;
  readonly user: string;
  readonly namespace: string | undefined;
}

let folder: string;
let kubectl: string;
const before = { ...process.env };

beforeAll(async () => {
  kubectl = await findKubectl();
  folder = await mkdtemp(path.join(tmpdir(), "kubeconfigs-"));
  process.env = { ...before, HOME: folder };
  delete process.env["KUBERNETES_SERVICE_HOST"];
  await writeFile(path.join(folder, "key"), "key of all");
  for (const [kind, content] of Object.entries(kinds)) {
    await mkdir(path.join(folder, kind));
    if (content !== undefined) await writeFile(fileOf(kind), content);
    for (const file of ["ca", "certificate"])
      await writeFile(path.join(folder, kind, file), `${file} of ${kind}`);
  }
});

afterAll(async () => {
  process.env = { ...before };
  await rm(folder, { recursive: true });
});

const fileOf = (kind: string): string => path.join(folder, kind, "config");
const listOf = (files: readonly string[]): string => files.join(path.delimiter);

/** What it says; undefined where it refuses. */
function ask(KUBECONFIG: string, ...args: readonly string[]): Promise<string | undefined> {
  const env = { ...process.env, KUBECONFIG };
  return new Promise((resolve) => {
    execFile(kubectl, ["config", ...args], { env }, (error, out) => resolve(error ? undefined : out));
  });
}

interface View {
  readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[];
  readonly users: readonly { readonly name: string; readonly user: Readonly<Record<string, string>> }[];
  readonly contexts: readonly { readonly name: string; readonly context: { readonly namespace?: string } }[];
}

async function theirs(list: string): Promise<Choice | undefined> {
  // Flattened: with what stands in the files that it names.
  const view = await ask(list, "view", "--minify", "--flatten", "-o", "json");
  if (view === undefined) return undefined;
  const current = await ask(list, "current-context");
  const { clusters, users, contexts } = JSON.parse(view) as View;
  expect(contexts.map(({ name }) => name)).toEqual([current?.trim()]);
  return {
    context: contexts[0]?.name ?? "",
    server: clusters[0]?.cluster["server"] ?? "",
    authority: decoded(clusters[0]?.cluster["certificate-authority-data"]),
    certificate: decoded(users[0]?.user["client-certificate-data"]),
    user: users[0]?.name ?? "",
    namespace: contexts[0]?.context.namespace,
  };
}

function ours(list: string): Choice | RestoreFault {
  process.env["KUBECONFIG"] = list;
  try {
    const { config } = loadKubeConfig(undefined);
    const context = config.getCurrentContext();
    return {
      context,
      server: config.getCurrentCluster()?.server ?? "",
      authority: contentOf(config.getCurrentCluster()?.caFile),
      certificate: contentOf(config.getCurrentUser()?.certFile),
      user: config.getContextObject(context)?.user ?? "",
      namespace: config.getContextObject(context)?.namespace,
    };
  } catch (error) {
    if (error instanceof RestoreFault) return error;
    throw error;
  }
}

const decoded = (data: string | undefined): string | undefined =>
  data === undefined ? undefined : Buffer.from(data, "base64").toString();
const contentOf = (file: string | undefined): string | undefined =>
  file === undefined ? undefined : readFileSync(file, "utf8");

/** Two at a time: each kubectl is a process of its own. */
async function inPairs<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += 2)
    results.push(...(await Promise.all(items.slice(at, at + 2).map(work))));
  return results;
}

test("the files of KUBECONFIG, in every order, lead where kubectl goes, or are refused in a sentence", async () => {
  const answers = await inPairs(cases, async (files) => {
    const list = listOf(files.map(fileOf));
    return { files, expected: (await theirs(list)) ?? "a refusal", found: ours(list) };
  });
  const sentence = /^(?!.*undefined)[A-Zf].* .*\.$/;
  const wrong = answers.filter(({ expected, found }) =>
    found instanceof RestoreFault
      ? expected !== "a refusal" || !sentence.test(found.message)
      : JSON.stringify(expected) !== JSON.stringify(found),
  );
  expect(wrong).toEqual([]);
  // A table in which nothing is ever chosen, or everything is, would show nothing.
  const refused = answers.filter(({ expected }) => expected === "a refusal").length;
  expect([refused > 10, answers.length - refused > 20]).toEqual([true, true]);
});
