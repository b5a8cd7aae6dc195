/** A chain that was staged: what has to continue the base, and what is refused of it. The real script. */
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { choose, day, monday, nameOf, type Asked, type Line } from "./chain-bench.js";

const found: readonly (readonly [
  title: string,
  lines: readonly Line[],
  asked: Asked,
  artifact: string,
  until: string,
])[] = [
  [
    "what of logStorage continues the base",
    monday,
    { named: "logs", base: nameOf("10:00:00") },
    "12:00:00",
    "",
  ],
  [
    "the base itself, at its own time, whatever logStorage holds",
    monday.slice(0, 1),
    { named: "logs", base: nameOf("10:00:00"), point: "10:00:00" },
    "10:00:00",
    "",
  ],
  [
    "the base of the same database, not what else was staged",
    [
      ...monday,
      ["11:40:00", "full", 1, 9, "orders", "other"],
      ["13:00:00", "diff", 10, 12, "orders", "other"],
    ],
    { named: "logs", base: nameOf("10:00:00"), point: "11:30:00" },
    "12:00:00",
    `${day} 11:30:00`,
  ],
  [
    "a differential base whose full backup was staged beside it",
    monday,
    { named: "base", base: nameOf("11:00:00") },
    "12:00:00",
    "",
  ],
  [
    "a base alone, without logStorage",
    monday.slice(0, 1),
    { named: "base", base: nameOf("10:00:00") },
    "10:00:00",
    "",
  ],
];

test.each(found)("%s", (_title, lines, asked, artifact, until) => {
  expect(choose(lines, asked)).toMatchObject({
    code: "0",
    artifact: `/backup/daily/${nameOf(artifact)}`,
    until,
  });
});

const refused: readonly (readonly [
  title: string,
  lines: readonly Line[],
  asked: Asked,
  code: number,
  message: string,
])[] = [
  ...([{}, { point: "10:00:40", accepted: 60 }] as const).map(
    (more) =>
      [
        `a logStorage without anything for the base, ${"point" in more ? "within the objective" : "no point"}`,
        monday.slice(0, 1),
        { named: "logs", base: nameOf("10:00:00"), ...more },
        scriptExit.chainBroken,
        `nothing in spec.source.pitr.logStorage continues the base ${nameOf("10:00:00")}; no backup of database orders from the day before it on is there`,
      ] as const,
  ),
  [
    "a logStorage with older backups alone",
    [
      ["09:00:00", "diff", 50, 80],
      ["10:00:00", "full", 1, 100],
    ],
    { named: "logs", base: nameOf("10:00:00") },
    scriptExit.chainBroken,
    `nothing in spec.source.pitr.logStorage continues the base ${nameOf("10:00:00")}; there are ${nameOf("09:00:00")}`,
  ],
  [
    "a logStorage of another database of that name",
    [...monday.slice(0, 1), ["11:00:00", "diff", 101, 150, "orders", "other"]],
    { named: "logs", base: nameOf("10:00:00") },
    scriptExit.chainBroken,
    `what lies in spec.source.pitr.logStorage is of another database of that name than the base ${nameOf("10:00:00")} (DATABASE ID id-of-orders): ${nameOf("11:00:00")} (other)`,
  ],
  [
    "a differential base whose full backup was left behind",
    monday.slice(1),
    { named: "logs", base: nameOf("11:00:00"), point: "11:30:00" },
    scriptExit.chainBroken,
    `${nameOf("11:00:00")} is a differential backup, and the full one before it was not brought along: name the full backup in spec.source.pitr.baseBackup.backupPath`,
  ],
  [
    "the same, fetched with an account's key",
    monday.slice(1, 2),
    { base: nameOf("11:00:00"), hint: "; with an Azure account key …" },
    scriptExit.chainBroken,
    `${nameOf("11:00:00")} is a differential backup, and the full one before it was not brought along; with an Azure account key …`,
  ],
];

test.each(refused)("refused: %s", (_title, lines, asked, code, message) => {
  expect(choose(lines, asked)).toEqual({ code: String(code), failed: message });
});
