// The kinds of text that fields hold, each with its label for the docs and the judge of its values.

import { API_VERSION } from "./defaults.js";
import { text } from "./definition.js";
import { judgeDatabaseName } from "./database-name.js";
import {
  durationJudge,
  judgeApiVersion,
  judgeBackupPath,
  judgeBucket,
  judgeImage,
  judgeInstant,
  judgeLabel,
  judgeLabelValue,
  judgeNonEmpty,
  judgePath,
  judgeSecretKey,
  judgeSize,
  judgeSubdomain,
  judgeUrl,
  judgeVariable,
} from "./judges.js";
import { shapes } from "./shapes.js";

export const anyText = text("string", "any text");
export const nonEmpty = text("string", "any text that is not empty", judgeNonEmpty, shapes.nonEmpty);
export const apiVersion = text("API version", API_VERSION, judgeApiVersion);
export const label = text("name", "a DNS label, such as orders-restore", judgeLabel, shapes.label);
export const objectName = text("name", "the name of a Kubernetes object", judgeSubdomain, shapes.subdomain);
export const labelValue = text("string", "a label value of up to 63 characters", judgeLabelValue);
export const secretKey = text("string", "a key of a Secret or ConfigMap", judgeSecretKey, shapes.secretKey);
export const variable = text("name", "the name of an environment variable", judgeVariable, shapes.variable);
export const image = text("image", "the name of a container image", judgeImage, shapes.image);
export const databaseName = text(
  "database name",
  "the name of a database",
  judgeDatabaseName,
  shapes.databaseName,
);
export const positiveDuration = text(
  "duration",
  "a Go duration above zero, such as 30m",
  durationJudge(false),
  shapes.positiveDuration,
);
export const duration = text("duration", "a Go duration, such as 24h", durationJudge(true), shapes.duration);
export const instant = text(
  "instant",
  "an RFC 3339 instant, such as 2025-01-04T12:30:00Z",
  judgeInstant,
  shapes.instant,
);
export const size = text("quantity", "a Kubernetes quantity, such as 100Gi", judgeSize, shapes.quantity);
export const path = text("path", "a path within the bucket or claim", judgePath, shapes.path);
export const backupPath = text(
  "path",
  "a path within the bucket or claim, without commas or a leading @",
  judgeBackupPath,
  shapes.backupPath,
);
export const bucket = text("string", "the name of a bucket or container", judgeBucket, shapes.bucket);
export const url = text("URL", "an http or https address", judgeUrl, shapes.url);
