/**
 * What a Job takes over from the server's pod, copied exactly: the running pod's spec, or the template's with
 * its claims resolved. Only what the Neo4j container itself mounts; never the pod's own API token.
 */
import type { JsonObject, PodShape } from "../../plan/observation.js";
import { object, objects, present, text } from "./json.js";

/** The API server adds the token's volume to each pod under such a name; a Job gets its own. */
const tokenVolume = /^kube-api-access-/;

/** @param status of the running pod, which knows the image's digest. */
export function podShape(spec: JsonObject, status?: JsonObject): PodShape {
  const container = neo4jContainer(spec);
  const name = text(container, "name") ?? "neo4j";
  const mounts = objects(container, "volumeMounts").filter((m) => !tokenVolume.test(text(m, "name") ?? ""));
  const mounted = new Set(mounts.map((mount) => text(mount, "name")));
  const declared = text(container, "image") ?? "";
  const envFrom = objects(container, "envFrom");
  const running = objects(status, "containerStatuses").find((entry) => text(entry, "name") === name);
  return {
    container: name,
    image: pinnedImage(declared, text(running, "imageID")),
    imagePullSecrets: objects(spec, "imagePullSecrets").flatMap((entry) => text(entry, "name") ?? []),
    volumes: objects(spec, "volumes").filter((volume) => mounted.has(text(volume, "name"))),
    mounts,
    env: objects(container, "env"),
    tolerations: objects(spec, "tolerations"),
    ...(envFrom.length > 0 ? { envFrom } : {}),
    ...present("serviceAccount", text(spec, "serviceAccountName")),
    ...present("imagePullPolicy", text(container, "imagePullPolicy")),
    ...present("nodeSelector", object(spec, "nodeSelector")),
    ...present("nodeAffinity", object(spec, "affinity", "nodeAffinity")),
    ...present("priorityClassName", text(spec, "priorityClassName")),
    ...present("podSecurityContext", object(spec, "securityContext")),
    ...present("containerSecurityContext", object(container, "securityContext")),
  };
}

export function neo4jContainer(spec: JsonObject): JsonObject | undefined {
  const containers = objects(spec, "containers");
  return containers.find((entry) => text(entry, "name") === "neo4j") ?? containers[0];
}

/**
 * The image by digest, where the runtime reports one that can be pulled: `repository@sha256:…` of the same
 * repository. A bare `sha256:…`, or another repository (an imported archive), can't be pulled by that name.
 */
export function pinnedImage(declared: string, imageId: string | undefined): string {
  const digest = /^(?:docker-pullable:\/\/)?([^@]+)@(sha256:[0-9a-f]{64})$/.exec(imageId ?? "");
  if (!digest?.[1] || !digest[2]) return declared;
  return repository(digest[1]) === repository(declared) ? `${digest[1]}@${digest[2]}` : declared;
}

/** Without tag and digest, in the full form that runtimes report. */
function repository(image: string): string {
  const bare = image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  const [host = "", ...rest] = bare.split("/");
  if (rest.length === 0) return `docker.io/library/${host}`;
  const isHost = host.includes(".") || host.includes(":") || host === "localhost";
  return isHost ? bare : `docker.io/${bare}`;
}
