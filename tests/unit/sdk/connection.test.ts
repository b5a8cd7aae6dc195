/** Where a component's resources go, whatever way the program says it. */
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { connectionOf } from "../../../sdk/nodejs/operator/connection.js";

class Component extends pulumi.ComponentResource {
  constructor(opts?: pulumi.ComponentResourceOptions) {
    super("test:index:Component", "component", {}, opts);
  }
}

const read = (opts?: pulumi.ComponentResourceOptions): Promise<unknown> =>
  new Promise((resolve) => void connectionOf(new Component(opts)).apply(resolve));

beforeEach(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs as Record<string, unknown> }),
    call: () => ({}),
  });
});

test("the provider's kubeconfig and context", async () => {
  const provider = new kubernetes.Provider("prod", { kubeconfig: pulumi.secret("{}"), context: "prod" });
  expect(await read({ provider })).toEqual({ kubeconfig: "{}", context: "prod" });
});

test("the provider of the parent", async () => {
  const provider = new kubernetes.Provider("prod", { kubeconfig: "{}" });
  const parent = new Component({ provider });
  expect(await read({ parent })).toEqual({ kubeconfig: "{}" });
});

test("the stack's settings, else nothing: as kubectl does", async () => {
  expect(await read()).toEqual({});
  pulumi.runtime.setAllConfig({ "kubernetes:context": "staging" });
  expect(await read()).toEqual({ context: "staging" });
  pulumi.runtime.setAllConfig({});
});
