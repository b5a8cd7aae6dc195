// The operator's kinds that a restorer reads.

export const group = "neo4j.neo4j.com";
export const version = "v1beta1";
export const apiVersion = `${group}/${version}`;

export const kinds = ["Neo4jEnterpriseCluster", "Neo4jEnterpriseStandalone", "Neo4jBackup"] as const;
export type Kind = (typeof kinds)[number];

export const pluralOf = (kind: Kind): string => `${kind.toLowerCase()}s`;
