/** One volume per claim in a pod: a second one is never mounted, and the pod never starts. */
import { sharedClaims } from "../../../provider/plan/shared-claims.js";

const claim = (name: string, claimName: string, readOnly?: boolean) => ({
  name,
  persistentVolumeClaim: { claimName, ...(readOnly === undefined ? {} : { readOnly }) },
});
const mount = (name: string, mountPath: string, readOnly?: boolean) => ({
  ...{ name, mountPath },
  ...(readOnly === undefined ? {} : { readOnly }),
});

test("volumes of different claims, and what is no claim, stay as they are", () => {
  const volumes = [
    claim("data", "data-0"),
    { name: "conf", configMap: { name: "c" } },
    claim("b", "backups", true),
  ];
  const mounts = [mount("data", "/data"), mount("conf", "/conf", true), mount("b", "/backup", true)];
  const shared = sharedClaims(volumes);
  expect(shared.volumes).toEqual(volumes);
  expect(shared.mounts(mounts)).toEqual(mounts);
});

test.each([
  [
    "the base and what is staged beside it",
    [claim("restore-backup", "backups", true), claim("restore-logs", "backups", true)],
    [claim("restore-backup", "backups", true)],
  ],
  [
    "the server's own backup folder",
    [claim("folder", "backups"), claim("restore-backup", "backups", true)],
    [claim("folder", "backups")],
  ],
  [
    "a server that only reads what another volume of it writes",
    [claim("read", "shared", true), claim("write", "shared", false)],
    [{ name: "read", persistentVolumeClaim: { claimName: "shared" } }],
  ],
])("%s share one; every mount stays where it is, and as read-only as it is", (_what, volumes, left) => {
  const shared = sharedClaims(volumes);
  const [first, second] = volumes.map(({ name }) => name);
  expect(shared.volumes).toEqual(left);
  expect(shared.mounts([mount(first ?? "", "/one"), mount(second ?? "", "/two", true)])).toEqual([
    mount(first ?? "", "/one"),
    mount(first ?? "", "/two", true),
  ]);
});
