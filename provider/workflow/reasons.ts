/**
 * Every reason a restore, a step or a condition can give: one closed table, each with its meaning and remedy.
 * Reasons are API: they are never renamed. The table is the source of the list in the documentation.
 */
export const reasons = {
  // Waiting for something that may still come
  TargetNotFound: [
    "No cluster or standalone of that name exists in the namespace.",
    "Create it, or correct spec.clusterRef and metadata.namespace.",
  ],
  TargetNotReady: [
    "The target's StatefulSet is missing or still changing.",
    "Wait for the target, or look at its pods.",
  ],
  BackupNotReady: [
    "The Neo4jBackup does not exist yet or has no successful run.",
    "Wait for the backup, or correct source.backupRef.",
  ],
  ClaimNotFound: [
    "A claim that the restore reads does not exist yet.",
    "Create the claim, or correct the name.",
  ],
  SecretNotFound: [
    "A Secret that the restore reads does not exist, or lacks a key.",
    "Create the Secret with the named keys.",
  ],
  ServiceAccountNotFound: [
    "The ServiceAccount that the Job is to run as does not exist.",
    "Create it, or let it be made with identity.autoCreate.",
  ],
  TargetBusy: [
    "Another restore holds the target.",
    "Wait for it, or see `neo4j-restore status` of the holder. One that ended RollbackIncomplete holds the target until `resume` or `release --force` of it.",
  ],
  BackupRunning: ["A backup Job works on the target's data or source now.", "Wait until it has finished."],
  // Refused before anything was touched
  RestoreNotOver: [
    "The restore is not over: undo and discard are for one that has ended.",
    "End it by `resume`, or let `release` give back what it took; then ask again.",
  ],
  InvalidSpec: ["The request is not valid.", "Correct the named fields."],
  AmbiguousTarget: ["A cluster and a standalone of the same name exist.", "Rename one of them."],
  TargetTerminating: ["The target is being deleted.", "Restore into another target."],
  DefinitionsMissing: [
    "The cluster has neither Neo4j custom resource definition.",
    "Install the Neo4j operator's definitions, or correct the context.",
  ],
  DatabaseExists: [
    "The database (or leftover store files of it) exists and overwriting was not allowed.",
    "Set force or options.replaceExisting after reading what would be lost.",
  ],
  DatabaseNotRestorable: [
    "The name is a system, composite or alias database.",
    "Choose a standard database.",
  ],
  DatabaseChangedSinceConsent: [
    "Another database has that name now than when overwriting was agreed, or another restore of it completed in between, or this one began and lost its journal.",
    "Look at what is there now, then run again; after another restore with a new trigger.",
  ],
  StrategyNotPossible: [
    "The chosen strategy cannot be used for this target.",
    "Choose another options.strategy.",
  ],
  CannotStopDatabase: [
    "No server of the cluster answers, so the database cannot be stopped: an old copy could win.",
    "Follow the commands in the message.",
  ],
  ClaimNotShareable: [
    "The data claim is ReadWriteOncePod, so a Job cannot use it beside the server.",
    "Set stopCluster: true.",
  ],
  ClaimPinnedElsewhere: ["A ReadWriteOnce claim is in use on another node.", "Move or stop the named pod."],
  ServiceAccountDiffers: [
    "The ServiceAccount that the Job runs as has other annotations than those asked for.",
    "Correct either, or name another one in identity.serviceAccount.",
  ],
  NotEnoughSpace: [
    "The volume cannot hold what the restore needs.",
    "Enlarge the volume, or discard previous stores on it; on one server also options.strategy: inPlace, which keeps no way back.",
  ],
  UnsupportedLayout: [
    "The server's directories lie where this version cannot swap them.",
    "See the message.",
  ],
  NotAdmitted: [
    "Kubernetes would not admit a Job or claim of the restore: quota, limits, Pod Security, or a webhook.",
    "Change what the message names, in Kubernetes' own words.",
  ],
  MissingPermissions: [
    "The kubeconfig's user may not do what the restore needs.",
    "Grant the named permissions.",
  ],
  AuthenticationFailed: [
    "Neo4j refused the user name or password.",
    "Correct the admin Secret, or name another with connection.credentialsSecret.",
  ],
  CertificateRefused: [
    "Neo4j's TLS is not what it should be: a certificate of another authority, for another name, or expired; or TLS on one side only, of the server and spec.tls of its target.",
    "Renew it for the Service's name, or correct ca.crt in the target's TLS Secret; or make spec.tls.mode of the target and server.bolt.tls_level of the server agree.",
  ],
  ServerUnreachable: [
    "Bolt does not answer.",
    "Look at the pod's log; with stopCluster a standalone is restored all the same.",
  ],
  UnsupportedVersion: ["The server's version is not supported.", "Neo4j 5.26 or 2025.01 and newer."],
  OperatorMissing: [
    "With mode operator: the cluster does not know the kind Neo4jRestore, or nobody works on the resource.",
    "Install the operator, or let it look after this namespace; or write mode: direct.",
  ],
  ForeignController: [
    "Another controller works on this Neo4jRestore resource.",
    "Stop that controller and remove its finalizer, or restore from Pulumi or the command line.",
  ],
  ForeignObject: [
    "An object with the name we need belongs to someone else.",
    "Rename the restore or remove that object.",
  ],
  // While running
  JobNotStarted: [
    "The Job had no running container within five minutes.",
    "Remove what the message names: quota, admission, image or scheduling.",
  ],
  JobFailed: ["The Job failed.", "See the exit code and the last log lines."],
  JobVanished: ["The Job was deleted by someone else.", "Run again."],
  ArtifactNotFound: [
    "No backup artifact of that database was found.",
    "Correct source.backupPath; the message lists what is there.",
  ],
  StoreAccessDenied: [
    "The store of the backups refused the credentials, or they may not read there.",
    "Correct the Secret or the identity; the message has the store's own code.",
  ],
  StoreCredentialsExpired: ["The credentials for the store have expired.", "Renew them in the Secret."],
  BucketNotFound: [
    "The bucket or container does not exist.",
    "Correct storage.bucket, or the endpoint or account.",
  ],
  StoreUnreachable: [
    "The store of the backups does not answer.",
    "Check endpointURL, the proxy and what the namespace's network policy allows.",
  ],
  ArtifactInvalid: ["The artifact could not be read.", "Choose another artifact."],
  PointNotReachable: [
    "No backup holds what was true at spec.source.pointInTime.",
    "Ask for a point that the message shows as reachable, or add the backups that cover it.",
  ],
  ChainBroken: [
    "A backup is missing between two of the chain.",
    "Bring the missing backup back, or ask for a point before the hole.",
  ],
  DecryptionFailed: [
    "A backup could not be decrypted with the key; nothing was restored.",
    "Correct the key in the Secret that spec.source.pitr.encryption names.",
  ],
  DiskHeadroom: [
    "The volume came close to full, so the Job stopped itself.",
    "Free space or enlarge the volume.",
  ],
  BackupInconsistent: [
    "The restored store did not pass the consistency check.",
    "Choose another artifact. The old data serves on, with stopCluster it is given back; with inPlace it is gone.",
  ],
  FingerprintMissing: ["The restored store could not be identified.", "See the last log lines."],
  FingerprintMismatch: [
    "What serves is not what was restored.",
    "See the message. On one server the old data of an existing database was put back; on a cluster the new data stays: docs/clusters.md says how to go back.",
  ],
  PreHookFailed: ["A hook before the restore failed; nothing was touched.", "Correct the hook."],
  PostHookFailed: [
    "A hook after the restore failed; the restored data serves and stays.",
    "Correct the hook and run again: it goes on there.",
  ],
  HookOutcomeUnknown: [
    "The answer to a hook statement was lost: it may have run.",
    "`neo4j-restore resume --skip-hook` or `--repeat-hook`.",
  ],
  TakeOfflineFailed: ["The database did not go offline.", "See Neo4j's own text."],
  SeederBehind: [
    "The server whose store was to seed the database is no online primary of it, or does not have all of its transactions. Nothing was stopped.",
    "Run again: another server is chosen. Look at role, currentStatus and replicationLag in SHOW DATABASES.",
  ],
  DropIncomplete: [
    "The old database did not go from every server that runs.",
    "Look at SHOW DATABASES and at the log of the named server.",
  ],
  SwapFailed: ["The stores could not be swapped.", "See the message."],
  BringUpFailed: [
    "The restored database did not come online.",
    "See Neo4j's own text; the old data was put back where it could be.",
  ],
  ScaleFailed: ["The StatefulSet did not reach the wanted number of pods.", "Look at the pods."],
  ReplicasContested: ["Someone else changes the number of replicas.", "Pause what reconciles the target."],
  NotFullyOnline: [
    "Less than a majority of the servers serves the restored database.",
    "Look at SHOW DATABASES.",
  ],
  TimedOut: ["The restore did not finish within its timeout.", "Raise spec.timeout."],
  WaitedTooLong: [
    "What the restore waits for did not come in time.",
    "Raise options.waitFor, or provide it and run again.",
  ],
  Cancelled: ["The restore was cancelled.", "Run again when wanted."],
  Interrupted: [
    "The process that drove the restore was told to stop.",
    "Run again: it goes on where it stopped.",
  ],
  RollbackIncomplete: [
    "The old state could not be given back completely.",
    "Follow the commands in the message.",
  ],
  UndoFailed: [
    "Undo could not put the previous store back; the message tells what serves.",
    "Correct what the message names, then undo again.",
  ],
  // Infrastructure
  KubernetesUnreachable: ["The Kubernetes API does not answer.", "Check the context and the network."],
  KubernetesRefused: ["The Kubernetes API refused a call.", "See its own text."],
  KubernetesUnauthorized: [
    "The Kubernetes API does not accept the credentials: they ran out, or belong to another cluster.",
    "Log in again, then the same command: it goes on where it stopped. A run that has begun to act asks again meanwhile.",
  ],
  Neo4jRefused: ["Neo4j refused a statement.", "See its own text."],
  JournalConflict: ["Another process changed the restore's journal.", "It is read again; nothing to do."],
  AnswerLost: [
    "The line to a pod broke before the volume script's answer came.",
    "The volume is asked what became of it; nothing to do.",
  ],
  VolumeBusy: [
    "Another verb of the volume script is at work on the data volume.",
    "It is waited for, and its lock is taken over once its pod is seen to be gone. Where that cannot be seen and it is gone for good, remove the lock as the message says.",
  ],
  DriverReplaced: [
    "Another process has taken this run over: what this one still sent was refused.",
    "It follows the other one; nothing to do.",
  ],
  JournalUnreadable: [
    "The journal cannot be read: its Secret is gone, or another version wrote it.",
    'Bring the Secret back, or use that version; else see "A journal that is lost" in docs/operations.md.',
  ],
  TooLarge: [
    "Something that this program uses, or its journal, is larger than it takes. Waiting does not make it smaller.",
    "Make what the message names smaller, then run again; if that is the journal, report it: it is a defect.",
  ],
  UnforeseenError: [
    "An error that nobody foresaw, in this program or in what it is made of. What was taken out of service was given back.",
    "Run again; if it comes again, report the text with `neo4j-restore status`: it is a defect.",
  ],
  // Good ends and conditions
  Restored: ["The restored database serves.", ""],
  AlreadyRestored: [
    "This restore was done before: the message tells when, and what came after it. It is not done twice.",
    "Change trigger to restore again.",
  ],
  Undone: ["The previous store was put back by undo.", ""],
  InProgress: ["The restore is under way.", ""],
  NotRequested: ["Not asked for.", ""],
  NotStarted: ["Has not happened yet.", ""],
  Created: ["The Job was created.", ""],
  Verified: ["The store passed the consistency check.", ""],
  MembersMissing: [
    "A majority of the servers serves the restored database, others do not yet.",
    "Look at SHOW DATABASES and SHOW SERVERS; nothing is lost.",
  ],
  PrivilegesMissing: [
    "Neo4j did not give back all privileges or aliases that the database had before it was dropped. The data serves.",
    "Run the named commands on system, after what keeps them from working (a role that is gone?) is mended.",
  ],
  AllServe: ["Every server that should serve the restored database does.", ""],
  ScaledDown: ["The target was scaled to zero for the restore.", ""],
  ScaledBack: ["The target runs with its own number of servers again.", ""],
} as const satisfies Record<string, readonly [meaning: string, remedy: string]>;

export type Reason = keyof typeof reasons;
