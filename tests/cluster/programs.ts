/**
 * The product's programs as users run them: built. The lab's session builds them from this checkout before the first
 * story: compiled anew in each process they took twice as long to start.
 */
import path from "node:path";

const root = path.join(__dirname, "..", "..");
const at = (face: string): string => path.join(root, "dist", "provider", "faces", face, "main.js");

export const programs = { cli: at("cli"), operator: at("operator") } as const;
