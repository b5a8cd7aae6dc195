/** Restores from an S3 store: what is found in it, and what is told when it is not. */
import { expectRestored } from "./expectations.js";
import { StoreStage } from "./store-stage.js";

jest.setTimeout(240_000);

let scene: StoreStage;

beforeAll(async () => {
  scene = await StoreStage.open("s3");
  await scene.stage.database("orders", "monday");
  await scene.backup("orders", "daily");
  await scene.stage.mark("orders", "tuesday");
}, 400_000);
afterAll(() => scene.close());

test("an exact artifact", async () => {
  const name = "exact";
  await scene.stage.database(name, "old");
  const exact = await scene.backup(name, "exact");
  await scene.stage.mark(name, "new");
  const report = await scene.stage.restore({ name, source: scene.source(`exact/${exact}`), force: true });
  await expectRestored(scene.stage, report, ["old"]);
  expect(report.status.backupInfo?.backupPath).toBe(`${scene.uri("exact")}/${exact}`);
});
