// The API group that a program asks for, or what is wrong with it, told on the resource.

import * as pulumi from "@pulumi/pulumi";
import { API_GROUP } from "../../../provider/spec/defaults.js";
import { judgeApiGroup } from "../../../provider/spec/judges.js";

export function groupOf(given: string | undefined, resource: pulumi.Resource): string {
  const group = given ?? API_GROUP;
  const unfit = judgeApiGroup(group);
  if (unfit === undefined) return group;
  const { problem, allowed, fix } = unfit;
  throw new pulumi.ResourceError(
    `apiGroup = "${group}": ${problem}. Allowed: ${allowed}. Fix: ${fix}.`,
    resource,
    true,
  );
}
