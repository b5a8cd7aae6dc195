// The judges of single texts: Kubernetes names, durations, instants, sizes, paths, addresses.
// Invariants: pure and total; each names what is allowed and what to write instead.

import type { Complaint, Judge } from "./complaint.js";
import { API_VERSION, apiVersionIn } from "./defaults.js";
import { parseDuration } from "./duration.js";
import { parseInstant } from "./instant.js";
import { parseQuantity } from "./quantity.js";
import { shapes, type Shape } from "./shapes.js";

/** A judge that asks for a pattern and a longest length. */
function pattern(
  kind: string,
  allowed: string,
  fix: string,
  { expression, longest }: Required<Shape>,
): Judge {
  return (value) => {
    if (value === "") return { problem: "is empty", allowed, fix };
    if (value.length > longest) return { problem: `has ${value.length} characters`, allowed, fix };
    return expression.test(value) ? undefined : { problem: `is not ${kind}`, allowed, fix };
  };
}

export const judgeLabel = pattern(
  "a DNS label",
  "a DNS label: up to 63 lower-case letters, digits and dashes, with a letter or digit first and last",
  "write for example orders-restore",
  shapes.label,
);

export const judgeSubdomain = pattern(
  "the name of a Kubernetes object",
  "up to 253 lower-case letters, digits, dashes and dots, with a letter or digit first and last",
  "write the object's name as kubectl shows it",
  shapes.subdomain,
);

/** Of a group of resources, as the API server wants it: a name with a dot in it. */
export const judgeApiGroup: Judge = (value) => {
  const complaint = judgeSubdomain(value);
  if (complaint === undefined && value.includes(".")) return undefined;
  return {
    problem: complaint?.problem.replace("a Kubernetes object", "an API group") ?? "has no dot",
    allowed: "a DNS name with a dot in it",
    fix: "write for example restore.neo4j.com",
  };
};

/** The one version that there is, in the usual group or in one of the user's own. */
export const judgeApiVersion: Judge = (value) => {
  const group = value.slice(0, value.indexOf("/"));
  if (judgeApiGroup(group) === undefined && value === apiVersionIn(group)) return undefined;
  return { problem: "is not supported", allowed: API_VERSION, fix: `write ${API_VERSION}` };
};

export const judgeSecretKey = pattern(
  "a key of a Secret or ConfigMap",
  "up to 253 letters, digits, dashes, underscores and dots",
  "write the key as kubectl describe shows it",
  shapes.secretKey,
);

export const judgeVariable = pattern(
  "a name for an environment variable",
  "letters, digits, underscores, dots and dashes, no digit first",
  "write for example NEO4J_URI",
  shapes.variable,
);

export const judgeLabelValue: Judge = (value) =>
  value === ""
    ? undefined
    : pattern(
        "a label value",
        "up to 63 letters, digits, dashes, underscores and dots, with a letter or digit first and last",
        "shorten it, or use an annotation, which takes any text",
        { expression: /^[a-zA-Z0-9](?:[-._a-zA-Z0-9]*[a-zA-Z0-9])?$/, longest: 63 },
      )(value);

/** Keys of labels and annotations: an optional DNS prefix, a slash, a name. */
export const judgeMetadataKey: Judge = (key) => {
  const slash = key.indexOf("/");
  const prefixFails = slash >= 0 && judgeSubdomain(key.slice(0, slash)) !== undefined;
  const name = key.slice(slash + 1);
  if (!prefixFails && name !== "" && judgeLabelValue(name) === undefined) return undefined;
  return {
    problem: "is not a key for labels or annotations",
    allowed:
      "a name of up to 63 letters, digits, dashes, underscores and dots, with an optional DNS prefix and a slash before it",
    fix: "write for example team or example.com/team",
  };
};

export const judgeNonEmpty: Judge = (value) =>
  value.trim() === ""
    ? { problem: "is empty", allowed: "any text that is not empty", fix: "write it, or leave the field out" }
    : undefined;

export const judgeImage: Judge = (value) =>
  shapes.image.expression.test(value)
    ? undefined
    : {
        problem: value === "" ? "is empty" : "has a space in it",
        allowed: "the name of a container image",
        fix: "write for example registry.example.com/team/tool:1.0",
      };

/** Judges a Go duration; `zero` where "0" means something. */
export function durationJudge(zero: boolean): Judge {
  const allowed = `a Go duration ${zero ? "of zero or more" : "above zero"}, such as 30m, 1h30m or 168h`;
  const fix = 'write a number and a unit (h, m, s, ms), such as "30m"';
  return (value) => {
    const ms = parseDuration(value);
    if (ms === undefined) return { problem: "is not a duration", allowed, fix };
    if (ms < 0) return { problem: "is negative", allowed, fix };
    return ms === 0 && !zero
      ? { problem: "is zero", allowed, fix: `${fix}, or leave the field out for the default` }
      : undefined;
  };
}

export const judgeInstant: Judge = (value) =>
  parseInstant(value) === undefined
    ? {
        problem: "is not an RFC 3339 instant",
        allowed:
          "an instant with date, time and offset, such as 2025-01-04T12:30:00Z or 2025-01-04T13:30:00+01:00",
        fix: /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?$/.test(value)
          ? `add the offset from UTC, such as ${value.replace(" ", "T")}Z`
          : "write it as date, T, time and offset",
      }
    : undefined;

export const judgeSize: Judge = (value) => {
  const bytes = parseQuantity(value);
  if (bytes !== undefined && bytes > 0) return undefined;
  return {
    problem: bytes === undefined ? "is not a Kubernetes quantity" : "is not above zero",
    allowed: "a Kubernetes quantity above zero, such as 100Gi or 500M",
    fix: "write a number and a unit, such as 100Gi",
  };
};

export const judgeUrl: Judge = (value) => {
  const allowed = "an http or https address, such as https://minio.example.com:9000";
  const fix = "write scheme, host and port only";
  if (!/^https?:\/\/[^\s/]/.test(value) || !URL.canParse(value))
    return { problem: "is not an address", allowed, fix };
  const url = new URL(value);
  if (url.username !== "" || url.password !== "") {
    return {
      problem: "holds credentials",
      allowed,
      fix: "put them into the credentialsSecretRef Secret",
      secret: true,
    };
  }
  return undefined;
};

export const judgePath: Judge = (value) => {
  const complain = (problem: string, fix: string): Complaint => ({
    problem,
    allowed: "a path within the bucket or claim, without commas or parent folders",
    fix,
  });
  if (value.includes("://")) {
    return complain(
      "is an address",
      "write the path only; the bucket stands in storage.bucket, the scheme in storage.type",
    );
  }
  if (value.includes(",")) {
    return complain("has a comma, at which neo4j-admin would split it", "rename the folder or artifact");
  }
  if (value.split("/").includes(".."))
    return complain("climbs out by a .. segment", "write the path from the root of the bucket or claim");
  if (/\p{Cc}/u.test(value))
    return complain("has a line break or control character", "write the path in one line");
  return undefined;
};

export const judgeBackupPath: Judge = (value) => {
  if (value.startsWith("@")) {
    return {
      problem: "begins with @, which neo4j-admin takes as a file of arguments",
      allowed: "a path within the bucket or claim",
      fix: "rename the folder or artifact",
    };
  }
  return judgeNonEmpty(value) ?? judgePath(value);
};

export const judgeBucket: Judge = (value) => {
  const complain = (problem: string, fix: string): Complaint => ({
    problem,
    allowed: "the name of a bucket or container, for Azure also account/container",
    fix,
  });
  if (value.includes("://"))
    return complain("is an address", "write the bucket's name only, and the rest in storage.path");
  return shapes.bucket.expression.test(value)
    ? undefined
    : complain(
        value === "" ? "is empty" : "is not the name of a bucket",
        "write the bucket's name only, and the rest in storage.path",
      );
};
