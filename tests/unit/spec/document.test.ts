// The document itself: names, labels, trigger, connection.

import { refusals, restore } from "./documents.js";

type Case = readonly [title: string, document: unknown, messages: readonly string[]];

const cases: readonly Case[] = [
  [
    "no name",
    restore({}, { metadata: {} }),
    ["metadata.name: is missing. Allowed: a DNS label, such as orders-restore. Fix: set metadata.name."],
  ],
  [
    "no metadata",
    restore({}, { metadata: undefined }),
    ["metadata.name: is missing. Allowed: a DNS label, such as orders-restore. Fix: set metadata.name."],
  ],
  [
    "a name that is no DNS label",
    restore({}, { metadata: { name: "My_Restore" } }),
    [
      'metadata.name = "My_Restore": is not a DNS label. Allowed: a DNS label: up to 63 lower-case letters, digits and dashes, with a letter or digit first and last. Fix: write for example orders-restore.',
    ],
  ],
  [
    "a name that is the ledger's",
    restore({}, { metadata: { name: "ledger-graph" } }),
    [
      'metadata.name = "ledger-graph": begins with ledger-, as what is remembered of a target\'s restores does. Allowed: any other name. Fix: choose another metadata.name.',
    ],
  ],
  [
    "a name that is too long",
    restore({}, { metadata: { name: "a".repeat(64) } }),
    [
      'metadata.name = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": has 64 characters. Allowed: a DNS label: up to 63 lower-case letters, digits and dashes, with a letter or digit first and last. Fix: write for example orders-restore.',
    ],
  ],
  [
    "an empty name is not replaced by a default",
    restore({}, { metadata: { name: "" } }),
    [
      'metadata.name = "": is empty. Allowed: a DNS label: up to 63 lower-case letters, digits and dashes, with a letter or digit first and last. Fix: write for example orders-restore.',
    ],
  ],
  [
    "a namespace that is no DNS label",
    restore({}, { metadata: { name: "r", namespace: "a.b" } }),
    [
      'metadata.namespace = "a.b": is not a DNS label. Allowed: a DNS label: up to 63 lower-case letters, digits and dashes, with a letter or digit first and last. Fix: write for example orders-restore.',
    ],
  ],
  [
    "a label's key",
    restore({}, { metadata: { name: "r", labels: { "a b": "x" } } }),
    [
      'metadata.labels["a b"]: is not a key for labels or annotations. Allowed: a name of up to 63 letters, digits, dashes, underscores and dots, with an optional DNS prefix and a slash before it. Fix: write for example team or example.com/team.',
    ],
  ],
  [
    "a label's value",
    restore({}, { metadata: { name: "r", labels: { "example.com/team": "a b" } } }),
    [
      'metadata.labels["example.com/team"] = "a b": is not a label value. Allowed: up to 63 letters, digits, dashes, underscores and dots, with a letter or digit first and last. Fix: shorten it, or use an annotation, which takes any text.',
    ],
  ],
  [
    "an annotation that is no text, never quoted",
    restore({}, { metadata: { name: "r", annotations: { "neo4j.com/restore-trigger": 2 } } }),
    [
      'metadata.annotations["neo4j.com/restore-trigger"]: is a number. Allowed: any text. Fix: write it as text, in quotes.',
    ],
  ],
  [
    "two triggers",
    restore({}, { metadata: { name: "r", annotations: { "neo4j.com/restore-trigger": "1" } }, trigger: "2" }),
    [
      'trigger = "2": differs from the annotation neo4j.com/restore-trigger. Allowed: one trigger: the field or the annotation. Fix: remove one of the two.',
    ],
  ],
  [
    "clusterRef",
    restore({ clusterRef: "graph/solo" }),
    [
      'spec.clusterRef = "graph/solo": is not a DNS label. Allowed: a DNS label: up to 63 lower-case letters, digits and dashes, with a letter or digit first and last. Fix: write for example orders-restore.',
    ],
  ],
  [
    "database system",
    restore({ databaseName: "System" }),
    [
      'spec.databaseName = "System": is the database that holds users and databases, and cannot be restored by this resource. Allowed: 3 to 63 ASCII letters, digits, dots and dashes, with a letter or digit first and last, not beginning with system. Fix: name a user database; to bring back users and roles, use the restore_metadata.cypher of a backup.',
    ],
  ],
  [
    "a database's reserved prefix",
    restore({ databaseName: "systematic" }),
    [
      'spec.databaseName = "systematic": begins with a prefix that Neo4j keeps for itself. Allowed: 3 to 63 ASCII letters, digits, dots and dashes, with a letter or digit first and last, not beginning with system. Fix: choose a name that doesn\'t begin with system or _.',
    ],
  ],
  [
    "a leading underscore",
    restore({ databaseName: "_orders" }),
    [
      'spec.databaseName = "_orders": begins with a prefix that Neo4j keeps for itself. Allowed: 3 to 63 ASCII letters, digits, dots and dashes, with a letter or digit first and last, not beginning with system. Fix: choose a name that doesn\'t begin with system or _.',
    ],
  ],
  [
    "backticks",
    restore({ databaseName: "`my-db`" }),
    [
      'spec.databaseName = "`my-db`": has backticks. Allowed: 3 to 63 ASCII letters, digits, dots and dashes, with a letter or digit first and last, not beginning with system. Fix: leave the backticks out; they are added where needed.',
    ],
  ],
  [
    "a database's name too short",
    restore({ databaseName: "db" }),
    [
      'spec.databaseName = "db": has 2 characters. Allowed: 3 to 63 ASCII letters, digits, dots and dashes, with a letter or digit first and last, not beginning with system. Fix: choose a name of 3 to 63 characters.',
    ],
  ],
  [
    "a database's name too long",
    restore({ databaseName: "d".repeat(64) }),
    [
      'spec.databaseName = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd": has 64 characters. Allowed: 3 to 63 ASCII letters, digits, dots and dashes, with a letter or digit first and last, not beginning with system. Fix: choose a name of 3 to 63 characters.',
    ],
  ],
  [
    "a space in a database's name",
    restore({ databaseName: "my db" }),
    [
      "spec.databaseName = \"my db\": has a character that a database's name can't have. Allowed: 3 to 63 ASCII letters, digits, dots and dashes, with a letter or digit first and last, not beginning with system. Fix: use letters, digits, dots and dashes only.",
    ],
  ],
  [
    "a database's name that ends in a dash",
    restore({ databaseName: "orders-" }),
    [
      'spec.databaseName = "orders-": ends in a dot or dash. Allowed: 3 to 63 ASCII letters, digits, dots and dashes, with a letter or digit first and last, not beginning with system. Fix: end the name in a letter or digit.',
    ],
  ],
  [
    "timeout no duration",
    restore({ timeout: "1 hour" }),
    [
      'spec.timeout = "1 hour": is not a duration. Allowed: a Go duration above zero, such as 30m, 1h30m or 168h. Fix: write a number and a unit (h, m, s, ms), such as "30m".',
    ],
  ],
  [
    "timeout without unit",
    restore({ timeout: "30" }),
    [
      'spec.timeout = "30": is not a duration. Allowed: a Go duration above zero, such as 30m, 1h30m or 168h. Fix: write a number and a unit (h, m, s, ms), such as "30m".',
    ],
  ],
  [
    "timeout zero",
    restore({ timeout: "0s" }),
    [
      'spec.timeout = "0s": is zero. Allowed: a Go duration above zero, such as 30m, 1h30m or 168h. Fix: write a number and a unit (h, m, s, ms), such as "30m", or leave the field out for the default.',
    ],
  ],
  [
    "timeout negative",
    restore({ timeout: "-1h" }),
    [
      'spec.timeout = "-1h": is negative. Allowed: a Go duration above zero, such as 30m, 1h30m or 168h. Fix: write a number and a unit (h, m, s, ms), such as "30m".',
    ],
  ],
  [
    "an empty kubeconfig",
    restore({}, { connection: { kubeconfig: " " } }),
    [
      "connection.kubeconfig: is empty. Allowed: any text that is not empty. Fix: write it, or leave the field out.",
    ],
  ],
  [
    "a kubeconfig as an object, never quoted",
    restore({}, { connection: { kubeconfig: { token: "hunter2" } } }),
    ["connection.kubeconfig: is an object. Allowed: any text that is not empty. Fix: write a text."],
  ],
  [
    "a kubeconfig in the wrong place, never quoted",
    restore({}, { connection: "token: hunter2" }),
    [
      "connection: is a text. Allowed: an object with kubeconfig, context, credentialsSecret, toolsImage. Fix: write its fields below it.",
    ],
  ],
  [
    "a credentials Secret without name",
    restore({}, { connection: { credentialsSecret: { usernameKey: "user name" } } }),
    [
      "connection.credentialsSecret.name: is missing. Allowed: the name of a Kubernetes object. Fix: add name.",
      'connection.credentialsSecret.usernameKey = "user name": is not a key of a Secret or ConfigMap. Allowed: up to 253 letters, digits, dashes, underscores and dots. Fix: write the key as kubectl describe shows it.',
    ],
  ],
  [
    "a tools image with a space",
    restore({}, { connection: { toolsImage: "a b" } }),
    [
      'connection.toolsImage = "a b": has a space in it. Allowed: the name of a container image. Fix: write for example registry.example.com/team/tool:1.0.',
    ],
  ],
];

test.each(cases)("refused: %s", (_, document, messages) => {
  expect(refusals(document)).toEqual(messages);
});
