/** Which image stages: the one that was named, else the operator's own, else none, with a word of what to do. */
import { toolsImageOf } from "../../../provider/faces/operator/tools.js";
import { RestoreFault } from "../../../provider/workflow/faults.js";

const pod = { namespace: "system", name: "operator-1" };
const advice =
  "so restores that have to be staged are refused: name an image with --tools-image or the variable TOOLS_IMAGE";

/** What it takes, and what it says. */
async function taken(
  ownImage: () => Promise<string | undefined>,
  settings: Parameters<typeof toolsImageOf>[1],
): Promise<{ readonly image: string | undefined; readonly said: readonly unknown[] }> {
  const said: unknown[] = [];
  const image = await toolsImageOf({ ownImage }, settings, (...line) => said.push(line));
  return { image, said };
}

const own = (): Promise<string> => Promise.resolve("registry.example.com/operator:1");
const asked = (): Promise<never> => Promise.reject(new Error("nobody asks for it"));

test("its own", async () => {
  expect(await taken(own, { toolsImage: undefined, pod })).toEqual({
    image: "registry.example.com/operator:1",
    said: [],
  });
});

test("one that was named, without a look at the pod", async () => {
  expect(await taken(asked, { toolsImage: "tools:1", pod })).toEqual({ image: "tools:1", said: [] });
});

test("none, where it runs in no pod", async () => {
  expect(await taken(asked, { toolsImage: undefined, pod: undefined })).toEqual({
    image: undefined,
    said: [],
  });
});

test("a pod that may not be read: none, and what to do", async () => {
  const refused = new RestoreFault("terminal", "KubernetesRefused", "pods is forbidden");
  expect(await taken(() => Promise.reject(refused), { toolsImage: undefined, pod })).toEqual({
    image: undefined,
    said: [
      [
        "warn",
        `pod operator-1 in namespace system does not tell the operator's own image (pods is forbidden), ${advice}`,
        { reason: "KubernetesRefused" },
      ],
    ],
  });
});

test("a pod without such a container: the same", async () => {
  const { image, said } = await taken(() => Promise.resolve(undefined), { toolsImage: undefined, pod });
  expect(image).toBeUndefined();
  expect(said).toEqual([
    [
      "warn",
      `pod operator-1 in namespace system does not tell the operator's own image (there is no such pod, or no container operator in it), ${advice}`,
    ],
  ]);
});

test("a bug stays one", async () => {
  await expect(taken(asked, { toolsImage: undefined, pod })).rejects.toThrow("nobody asks for it");
});
