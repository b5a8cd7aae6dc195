/**
 * Names and labels of what is deployed. They never change: selectors are immutable, and by its labels a definition is
 * told from another's of the same name.
 */
import { labels, manager } from "../plan/names.js";

export const operatorName = "neo4j-restore-operator";
export const operatorNamespace = "neo4j-restore-system";

/** On everything that this product deploys. */
export const ours = { [labels.name]: "neo4j-restore", [labels.managedBy]: manager };
export const selector = { [labels.name]: "neo4j-restore", [labels.component]: "operator" };
export const operatorLabels = { ...selector, [labels.managedBy]: manager };
