/** What is read of the restore Job's log: the newest line of progress, and nothing from lines of anybody else. */
import { jobProgress } from "../../../provider/plan/volume-view.js";

const table: readonly (readonly [name: string, lines: readonly string[], seen: unknown])[] = [
  ["nothing yet", ["neo4j-restore: restore: restoring /backup/a.backup into orders"], undefined],
  [
    "the newest line counts",
    [
      "neo4j-restore: progress: read=10 of=100 written=20",
      "12% of the dump",
      "neo4j-restore: progress: read=50 of=100 written=200",
      "Done",
    ],
    { readBytes: 50, artifactBytes: 100, writtenBytes: 200 },
  ],
  [
    "how far the file was read is not always known",
    ["neo4j-restore: progress: read= of=100 written=20"],
    { writtenBytes: 20 },
  ],
  ["a line that was cut off", ["neo4j-restore: progress: read=1"], undefined],
];

it.each(table)("%s", (_name, lines, seen) => {
  expect(jobProgress(lines)).toEqual(seen);
});
