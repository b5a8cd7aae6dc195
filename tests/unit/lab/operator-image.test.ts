/** The lab's recipe of the operator's image follows the Dockerfile: base, content, last lines. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { readRecipe } from "../../../tools/lab/images/operator.js";

const file = path.join(__dirname, "../../../image/operator/Dockerfile");

test("the shipped Dockerfile", () => {
  const { version, lines } = readRecipe(readFileSync(file, "utf8"));
  expect(version).toMatch(/^20\.\d+\.\d+$/);
  expect(lines.split("\n")[0]).toBe("COPY app /app");
  // All that the build stage made comes in by that one folder.
  expect(lines).not.toContain("--from");
  expect(lines).toContain("USER 65532:65532");
});

test("another form is refused", () => {
  expect(() => readRecipe("FROM scratch\n")).toThrow("image/operator/Dockerfile has another form");
});
