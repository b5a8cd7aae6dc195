// The dynamic provider, as Pulumi stores it: its text goes into the state of every resource and is evaluated from there
// by refresh and destroy, possibly years later. So it holds nothing but lookups of the installed package.
// Invariants: one object for all resources; the methods capture nothing, in syntax that an old TypeScript can parse;
// the path "pulumi-neo4j-restore/dynamic" is for ever.

import type * as pulumi from "@pulumi/pulumi";

export const provider: pulumi.dynamic.ResourceProvider = {
  check: (olds, news) => require("pulumi-neo4j-restore/dynamic").check(olds, news),
  diff: (id, olds, news) => require("pulumi-neo4j-restore/dynamic").diff(id, olds, news),
  create: (inputs) => require("pulumi-neo4j-restore/dynamic").create(inputs),
  read: (id, props) => require("pulumi-neo4j-restore/dynamic").read(id, props),
  update: (id, olds, news) => require("pulumi-neo4j-restore/dynamic").update(id, olds, news),
  delete: (id, props) => require("pulumi-neo4j-restore/dynamic").delete(id, props),
};
