// The `dynamic` entry of the test package: the shipped face and host, over the double.

import { processHost } from "../../../provider/faces/dynamic/host.js";
import { dynamicProvider } from "../../../provider/faces/dynamic/provider.js";
import { openDouble } from "./engine.js";

const provider = dynamicProvider(openDouble, processHost());

export const { check, diff, create, read, update } = provider;
const remove = provider.delete;
export { remove as delete };
