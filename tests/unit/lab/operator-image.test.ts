/** The lab's recipe of the operator's image follows the Dockerfile, which stages with what the tools image has. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { readRecipe } from "../../../tools/lab/images/operator.js";
import { packagesOf } from "../../../tools/lab/images/staging.js";

const dockerfile = (image: string): string =>
  readFileSync(path.join(__dirname, "../../../image", image, "Dockerfile"), "utf8");
const operator = dockerfile("operator");
const tools = dockerfile("tools");

test("the shipped Dockerfile: base, content, last lines", () => {
  const { version, packages, lines } = readRecipe(operator);
  expect(version).toMatch(/^20\.\d+\.\d+$/);
  expect(packages).toContain("gnupg");
  expect(lines.split("\n").slice(0, 2)).toEqual(["COPY rclone /usr/local/bin/rclone", "COPY app /app"]);
  // All that the other stages made comes in by these two.
  expect(lines).not.toContain("--from");
  expect(lines).toContain("USER 65532:65532");
});

test("another form is refused", () => {
  expect(() => readRecipe("FROM scratch\n")).toThrow("image/operator/Dockerfile has another form");
});

test("what stages is that of the tools image: the packages, and a client that is built and placed alike", () => {
  expect(readRecipe(operator).packages).toEqual(packagesOf(tools));
  expect(installed(operator)).toBe(installed(tools));
  // The contexts differ: the repository's root, and the folder of the tools image.
  expect(client(operator).replaceAll("image/tools/rclone/", "rclone/")).toBe(client(tools));
});

/** The stage that builds the client. */
function client(text: string): string {
  const [, stage] = /^(FROM golang:\S+ AS client\n(?:(?!FROM ).+\n)+)/m.exec(text) ?? [];
  if (stage === undefined) throw new Error("no stage that builds the client");
  return stage;
}

/** What the last stage begins with. */
function installed(text: string): string {
  const [, lines] = /^(RUN apt-get [\s\S]*?^COPY --from=client .*\n)/m.exec(text) ?? [];
  if (lines === undefined) throw new Error("no packages, or no client after them");
  return lines;
}
