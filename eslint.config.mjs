// Type-aware lint. What TypeScript cannot say is said here: no any, no promise left alone, closed unions handled
// whole, and layers that decide without a clock, chance or the outside. Comments cannot switch a rule off.
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const impure = [
  ["CallExpression[callee.object.name='Date'][callee.property.name='now']", "Time is an argument here."],
  ["NewExpression[callee.name='Date'][arguments.length=0]", "Time is an argument here."],
  ["CallExpression[callee.object.name='Math'][callee.property.name='random']", "No chance here."],
].map(([selector, message]) => ({ selector, message }));

const outside = [
  "setTimeout",
  "setInterval",
  "setImmediate",
  "process",
  "performance",
  "crypto",
  "fetch",
  "console",
];

const unnamedExport = { selector: "ExportDefaultDeclaration", message: "Named exports only." };

export default defineConfig(
  globalIgnores(["dist/", "coverage/", ".lab/", "**/node_modules/", "**/target/", "tests/fixtures/"]),
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "no-restricted-syntax": ["error", unnamedExport],
      // `typeof import("…")` stays: it types what is loaded on first use.
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
      ],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `async` also turns what is thrown into a rejection: an implementation in memory of a port needs just that.
      "@typescript-eslint/require-await": "off",
      // Kubernetes' and Neo4j's clients describe plain data by classes.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["provider/{spec,plan,workflow}/**/*.ts"],
    rules: {
      "no-restricted-syntax": ["error", unnamedExport, ...impure],
      "no-restricted-globals": ["error", ...outside],
    },
  },
  {
    // These talk to a terminal.
    files: ["provider/faces/cli/**/*.ts", "tools/**/*.ts", "tests/**/*.ts"],
    rules: { "no-console": "off" },
  },
  {
    // Its text is stored in Pulumi's state and looks the package up from there: no import can.
    files: ["sdk/nodejs/provider.ts"],
    rules: {
      "@typescript-eslint/no-require-imports": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
);
