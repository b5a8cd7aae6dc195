// What the scripts and those who read them agree on.

/** Begins a script's line of progress. */
export const progressMark = "neo4j-restore: progress:";

/** The last line of every answer: one without it was cut. */
export const endMark = "end=yes";

/** Exit codes of the scripts themselves; every other one is neo4j-admin's. */
export const scriptExit = {
  artifactNotFound: 40,
  artifactAmbiguous: 41,
  artifactInvalid: 42,
  diskHeadroom: 43,
  inconsistent: 44,
  noFingerprint: 45,
  swapRefused: 46,
  usage: 47,
  storeUnread: 48,
  tempTooLarge: 49,
  pointUnreachable: 50,
  chainBroken: 51,
  stagedFormat: 52,
  decryption: 53,
  bucketNotFound: 54,
  /** Another verb is at work on the volume; nothing was done. */
  lockHeld: 55,
  /** The run has another driver by now, or a later verb of it came first; nothing was done. */
  driverReplaced: 56,
  /** The run is over; nothing was done. */
  runClosed: 57,
} as const;

/** Refused by what the volume remembers of the run: nothing was done. */
export function isOutdated(exitCode: number | undefined): boolean {
  return exitCode === scriptExit.driverReplaced || exitCode === scriptExit.runClosed;
}
