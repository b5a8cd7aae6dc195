// additionalArgs: what may be passed on, and why the rest may not.

import { refusals, withOptions } from "./documents.js";

type Case = readonly [title: string, document: unknown, messages: readonly string[]];

const cases: readonly Case[] = [
  [
    "--from-path=/x",
    withOptions({ additionalArgs: ["--from-path=/x"] }),
    [
      'spec.options.additionalArgs[0] = "--from-path=/x": is set by the restore itself. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: write it in spec.source.',
    ],
  ],
  [
    "--overwrite-destination=true",
    withOptions({ additionalArgs: ["--overwrite-destination=true"] }),
    [
      'spec.options.additionalArgs[0] = "--overwrite-destination=true": is set by the restore itself. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: write spec.force: true.',
    ],
  ],
  [
    "--restore-until=5",
    withOptions({ additionalArgs: ["--restore-until=5"] }),
    [
      'spec.options.additionalArgs[0] = "--restore-until=5": has a field of its own. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: write it in spec.source.pointInTime.',
    ],
  ],
  [
    "--temp-path=/t",
    withOptions({ additionalArgs: ["--temp-path=/t"] }),
    [
      'spec.options.additionalArgs[0] = "--temp-path=/t": has a field of its own. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: write it in spec.options.tempPath.',
    ],
  ],
  [
    "--to-path-data=/x",
    withOptions({ additionalArgs: ["--to-path-data=/x"] }),
    [
      'spec.options.additionalArgs[0] = "--to-path-data=/x": would restore outside the database\'s directories. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: remove it.',
    ],
  ],
  [
    "--to-path-txn=/x",
    withOptions({ additionalArgs: ["--to-path-txn=/x"] }),
    [
      'spec.options.additionalArgs[0] = "--to-path-txn=/x": would restore outside the database\'s directories. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: remove it.',
    ],
  ],
  [
    "--additional-config=/x",
    withOptions({ additionalArgs: ["--additional-config=/x"] }),
    [
      'spec.options.additionalArgs[0] = "--additional-config=/x": would change where and how the restore works. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: remove it.',
    ],
  ],
  [
    "--force",
    withOptions({ additionalArgs: ["--force"] }),
    [
      'spec.options.additionalArgs[0] = "--force": is not a flag of neo4j-admin database restore. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: write spec.force: true.',
    ],
  ],
  [
    "--database=a",
    withOptions({ additionalArgs: ["--database=a"] }),
    [
      'spec.options.additionalArgs[0] = "--database=a": is not a flag of neo4j-admin database restore. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: write it in spec.databaseName.',
    ],
  ],
  [
    "-h",
    withOptions({ additionalArgs: ["-h"] }),
    [
      'spec.options.additionalArgs[0] = "-h": would print help instead of restoring. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: remove it.',
    ],
  ],
  [
    "--help",
    withOptions({ additionalArgs: ["--help"] }),
    [
      'spec.options.additionalArgs[0] = "--help": would print help instead of restoring. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: remove it.',
    ],
  ],
  [
    "--pagecache=1g",
    withOptions({ additionalArgs: ["--pagecache=1g"] }),
    [
      'spec.options.additionalArgs[0] = "--pagecache=1g": is not a flag of neo4j-admin database restore that may be passed on. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: remove it.',
    ],
  ],
  [
    "orders",
    withOptions({ additionalArgs: ["orders"] }),
    [
      'spec.options.additionalArgs[0] = "orders": is not a flag; the database is the only name the command takes. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: remove it.',
    ],
  ],
  [
    "@args",
    withOptions({ additionalArgs: ["@args"] }),
    [
      'spec.options.additionalArgs[0] = "@args": is a file of arguments to neo4j-admin. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: write the arguments themselves.',
    ],
  ],
  [
    "--verbose --expand-commands",
    withOptions({ additionalArgs: ["--verbose --expand-commands"] }),
    [
      'spec.options.additionalArgs[0] = "--verbose --expand-commands": has a space: each element is one argument. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: write one element for each argument.',
    ],
  ],
  [
    "--verbose=true",
    withOptions({ additionalArgs: ["--verbose=true"] }),
    [
      'spec.options.additionalArgs[0] = "--verbose=true": has a value, which the flag does not take. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: write --verbose.',
    ],
  ],
  [
    "--source-database",
    withOptions({ additionalArgs: ["--source-database"] }),
    [
      'spec.options.additionalArgs[0] = "--source-database": names no database. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: write --source-database=NAME in one element.',
    ],
  ],
  [
    "--source-database=",
    withOptions({ additionalArgs: ["--source-database="] }),
    [
      'spec.options.additionalArgs[0] = "--source-database=": names no database. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: write --source-database=NAME in one element.',
    ],
  ],
  [
    "--source-database=a b",
    withOptions({ additionalArgs: ["--source-database=a b"] }),
    [
      'spec.options.additionalArgs[0] = "--source-database=a b": has a space: each element is one argument. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: write one element for each argument.',
    ],
  ],
  [
    "--source-database=_a",
    withOptions({ additionalArgs: ["--source-database=_a"] }),
    [
      'spec.options.additionalArgs[0] = "--source-database=_a": names a database that begins with a prefix that Neo4j keeps for itself. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: choose a name that doesn\'t begin with system or _.',
    ],
  ],
  [
    "an empty one",
    withOptions({ additionalArgs: [""] }),
    [
      'spec.options.additionalArgs[0] = "": is not a flag; the database is the only name the command takes. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: remove it.',
    ],
  ],
  [
    "$(id)",
    withOptions({ additionalArgs: ["$(id)"] }),
    [
      'spec.options.additionalArgs[0] = "$(id)": is not a flag; the database is the only name the command takes. Allowed: --verbose, --expand-commands, --source-database=NAME. Fix: remove it.',
    ],
  ],
  [
    "one twice",
    withOptions({ additionalArgs: ["--verbose", "--verbose"] }),
    [
      'spec.options.additionalArgs[1] = "--verbose": is written twice, which neo4j-admin refuses. Allowed: each flag once. Fix: remove it.',
    ],
  ],
];

test.each(cases)("refused: %s", (_, document, messages) => {
  expect(refusals(document)).toEqual(messages);
});
