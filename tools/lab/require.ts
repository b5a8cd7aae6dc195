// Whether this machine can carry the lab's own Kubernetes.

const instead = `The lab can use any Kubernetes you have: npm run lab -- up --context NAME (kind and minikube get
the images loaded; for others it says which archives to load).`;

export function requireNode(): void {
  if (process.platform !== "linux") {
    throw new Error(`The lab's own Kubernetes needs Linux; this is ${process.platform}.\n${instead}`);
  }
  if (process.getuid?.() !== 0) {
    throw new Error(`The lab's own Kubernetes needs root (namespaces, containers, mounts).\n${instead}`);
  }
}
