/** What is said of a kubeconfig that leads nowhere: with the place and the fix, never with what stands in it. */
import path from "node:path";
import { content, file, files, folder, inFolder, refusal, secret } from "./kubeconfig-folder.js";

inFolder();

describe("what KUBECONFIG leads to is told where it leads nowhere", () => {
  test.each<readonly [string, readonly (readonly [string, string | undefined])[], string]>([
    [
      "all absent",
      [
        ["a", undefined],
        ["b", undefined],
      ],
      "No kubeconfig was found: connection.kubeconfig is unset, KUBECONFIG names ~/a and ~/b: no such file, and this is no pod.",
    ],
    [
      "empty",
      [["a", ""]],
      "file ~/a (KUBECONFIG): it is empty: write a kubeconfig there, or name another file.",
    ],
    [
      "all empty or absent",
      [
        ["a", "\n# nothing\n"],
        ["b", undefined],
        ["c", "---\n"],
      ],
      "files ~/a, ~/c (KUBECONFIG): they are empty: write a kubeconfig there, or name another file.",
    ],
    [
      "no YAML, after one that is",
      [
        ["a", content],
        ["b", `users:\n  - token: [${secret}\n`],
      ],
      "file ~/b (KUBECONFIG) cannot be read: it is no YAML (line 3, column 1).",
    ],
    [
      "an alias of nothing",
      [["a", `users: *${secret}\n`]],
      "file ~/a (KUBECONFIG) cannot be read: it has an alias that cannot be resolved.",
    ],
    [
      "a text",
      [["a", secret]],
      "file ~/a (KUBECONFIG) cannot be read: it is no kubeconfig: a mapping is wanted.",
    ],
    [
      "something else of Kubernetes",
      [["a", "apiVersion: v1\nkind: Secret\n"]],
      "file ~/a (KUBECONFIG) cannot be read: it is no kubeconfig: kind Config of apiVersion v1 is wanted.",
    ],
    [
      "a list that is none",
      [["a", `users: ${secret}\n`]],
      "file ~/a (KUBECONFIG) cannot be read: it has users that are no list.",
    ],
    [
      "an entry without a name",
      [["a", "clusters: [{cluster: {}}]\n"]],
      "file ~/a (KUBECONFIG) cannot be read: it has no name in clusters[0]: a text is wanted.",
    ],
    [
      "a name that YAML takes for something else",
      [["a", "current-context: on\n"]],
      "file ~/a (KUBECONFIG) cannot be read: it has a current-context that is no text: put it in quotes.",
    ],
    [
      "an entry that is none",
      [["a", `users: [{name: u, user: ${secret}}]\n`]],
      "file ~/a (KUBECONFIG) cannot be read: it has no mapping in users[0].user.",
    ],
    [
      "a name twice",
      [["a", "users: [{name: u}, {name: u}]\n"]],
      "file ~/a (KUBECONFIG) cannot be read: it has the name of users[1] twice.",
    ],
    [
      "no current context",
      [["a", content.replace('"current-context"', '"other"')]],
      "file ~/a (KUBECONFIG): no current context is set; connection.context chooses one of: here.",
    ],
    [
      "a context that is nowhere",
      [
        ["a", "current-context: gone\n"],
        ["b", content],
      ],
      'files ~/a, ~/b (KUBECONFIG): there is no context "gone"; connection.context chooses one of: here.',
    ],
    [
      "a cluster that is nowhere",
      [["a", content.replace('"cluster":"c"', '"cluster":"d"')]],
      "file ~/a (KUBECONFIG), context here: the cluster that it names is not there: add it, or choose another context.",
    ],
    [
      "no cluster",
      [["a", content.replace('"cluster":"c"', '"cluster":""')]],
      "file ~/a (KUBECONFIG), context here: it names no cluster.",
    ],
    [
      "a user that is nowhere",
      [["a", content.replace('"user":"u"', '"user":"v"')]],
      "file ~/a (KUBECONFIG), context here: the user that it names is not there: add it, or choose another context.",
    ],
    [
      "a namespace that is no text",
      [["a", content.replace('"apps"', "12")]],
      "file ~/a (KUBECONFIG), context here: its namespace is no text: put it in quotes.",
    ],
    [
      "a server without a scheme",
      [["a", content.replace("https://", "")]],
      "file ~/a (KUBECONFIG), context here: its server is no URL with https:// or http://.",
    ],
  ])("%s", async (_what, written, said) => {
    await files(...written);
    expect(refusal(undefined)).toBe(said);
  });

  test("a folder, and a path below a file", async () => {
    await files(["a", content]);
    process.env["KUBECONFIG"] = folder;
    expect(refusal(undefined)).toBe(
      "file ~ (KUBECONFIG) cannot be read: EISDIR: illegal operation on a directory, read.",
    );
    process.env["KUBECONFIG"] = path.join(folder, "a", "b");
    expect(refusal(undefined)).toMatch(/^file ~\/a\/b \(KUBECONFIG\) cannot be read: ENOTDIR: /);
  });

  test("only separators: kubectl does not look at home then", async () => {
    await file(".kube/config", content);
    process.env["KUBECONFIG"] = path.delimiter;
    expect(refusal(undefined)).toBe(
      "No kubeconfig was found: connection.kubeconfig is unset, KUBECONFIG names no file, and this is no pod.",
    );
  });
});

describe("content where a path belongs is told without a word of it", () => {
  const base64 = Buffer.from(content).toString("base64");
  const wrapped = base64.replace(/.{76}/g, "$&\n");
  const yaml = `apiVersion: v1\nkind: Config\nusers:\n- name: u\n  user: {token: ${secret}}\n`;

  test.each([
    ["YAML", yaml, /^KUBECONFIG: it holds a kubeconfig, not a path: /],
    ["JSON", content, /^KUBECONFIG: it holds a kubeconfig, not a path: /],
    ["base64", base64, /^KUBECONFIG: it looks like base64, not like a path: /],
    [
      "a credential",
      "eyJ".repeat(100),
      /^file at a path of \d+ characters \(KUBECONFIG\) cannot be read: ENAMETOOLONG\.$/,
    ],
  ])("KUBECONFIG that holds %s", (_what, value, said) => {
    process.env["KUBECONFIG"] = value;
    const message = refusal(undefined);
    expect(message).toMatch(said);
    expect(message).not.toContain(value.slice(0, 20));
  });

  test.each([
    ["base64", base64, /^the given kubeconfig: it looks like base64: decode it/],
    ["base64 in lines", wrapped, /^the given kubeconfig: it looks like base64: decode it/],
    ["a credential", "eyJ".repeat(300), /^file at a path of \d+ characters cannot be read: ENAMETOOLONG\.$/],
    ["nothing", "\n", /^the given kubeconfig: it is empty: /],
  ])("connection.kubeconfig that is %s", (_what, given, said) => {
    const message = refusal({ kubeconfig: given });
    expect(message).toMatch(said);
    if (given.length > 20) expect(message).not.toContain(given.slice(0, 20));
  });
});
