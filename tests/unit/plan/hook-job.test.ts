/** The manifest of a hook's Job: the user's container, and what its namespace asks of it. */
import { renderHookJob } from "../../../provider/plan/hook-job.js";

const container = { image: "curlimages/curl:8", command: ["curl"], args: ["$(URL)"] };
const render = (user?: number, bounded = false): unknown =>
  renderHookJob({
    restore: "orders",
    namespace: "apps",
    runId: "run1",
    role: "post-restore-hook",
    labels: { team: "shop" },
    hook: { timeout: "90s", template: { backoffLimit: 0, container } },
    imagePullSecrets: ["registry"],
    user,
    bounded,
  });

test("the container as written, once, with its deadline", () => {
  expect(render()).toMatchObject({
    metadata: { name: "orders-post-restore-hook", labels: { team: "shop" } },
    spec: {
      suspend: true,
      backoffLimit: 0,
      // A minute later than the driver ends it.
      activeDeadlineSeconds: 150,
      template: {
        spec: { restartPolicy: "Never", imagePullSecrets: [{ name: "registry" }], containers: [container] },
      },
    },
  });
  expect(JSON.stringify(render())).not.toContain("runAs");
});

test("where no root is admitted it runs as the server's user", () => {
  expect(render(7474)).toMatchObject({
    spec: {
      template: {
        spec: {
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 7474,
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } },
          ],
        },
      },
    },
  });
});

test("requests and limits only where its namespace takes none without", () => {
  expect(JSON.stringify(render())).not.toContain("resources");
  const resources = {
    requests: { cpu: "100m", memory: "256Mi" },
    limits: { cpu: "1", memory: "512Mi" },
  };
  expect(render(undefined, true)).toMatchObject({
    spec: { template: { spec: { containers: [{ resources }] } } },
  });
});
