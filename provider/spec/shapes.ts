// The shapes of texts as regular expressions, where one says (nearly) all: judges use them, and the CRD's rules.
// Invariants: no look-ahead and no back-reference, which Kubernetes' expressions lack; a shape refuses nothing that the
// judge accepts, absurd lengths apart (the judge may be stricter).

export interface Shape {
  readonly expression: RegExp;
  /** Longest text; the API server needs a bound to price a rule. */
  readonly longest?: number;
}

const anyLength = 4096;

export const shapes = {
  label: { expression: /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/, longest: 63 },
  subdomain: {
    expression: /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/,
    longest: 253,
  },
  secretKey: { expression: /^[-._a-zA-Z0-9]+$/, longest: 253 },
  variable: { expression: /^[-._a-zA-Z][-._a-zA-Z0-9]*$/, longest: 1024 },
  image: { expression: /^[^\s]+$/, longest: anyLength },
  databaseName: { expression: /^[a-zA-Z0-9][a-zA-Z0-9.-]*[a-zA-Z0-9]$/, longest: 63 },
  duration: {
    expression: /^\+?(?:0|(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)$/,
    longest: 256,
  },
  positiveDuration: {
    expression: /^\+?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+$/,
    longest: 256,
  },
  instant: {
    expression:
      /^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})$/,
    longest: 256,
  },
  quantity: {
    expression: /^\+?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?[0-9]{1,3})?$/,
    longest: 256,
  },
  path: { expression: /^[^,]*$/, longest: anyLength },
  backupPath: { expression: /^[^,@][^,]*$/, longest: anyLength },
  bucket: { expression: /^[A-Za-z0-9$][-.\w$]*(?:\/[A-Za-z0-9$][-.\w$]*)?$/, longest: anyLength },
  url: { expression: /^https?:\/\/[^\s/]/, longest: anyLength },
  nonEmpty: { expression: /[^\s]/ },
} as const satisfies Record<string, Shape>;
