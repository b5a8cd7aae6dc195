/**
 * Small faults that can be put into a source: a condition turned round, an operator exchanged, a call left out. Pure.
 * Each is one that a test should notice; texts of messages are left alone, because wording has tests of its own.
 */
import * as fc from "fast-check";
import ts from "typescript";

export interface Mutation {
  readonly file: string;
  readonly line: number;
  /** Where in the text it goes, and what in place of what. */
  readonly start: number;
  readonly before: string;
  readonly after: string;
}

const exchanged: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "!=="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "==="],
  [ts.SyntaxKind.LessThanToken, "<="],
  [ts.SyntaxKind.LessThanEqualsToken, "<"],
  [ts.SyntaxKind.GreaterThanToken, ">="],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">"],
  [ts.SyntaxKind.AmpersandAmpersandToken, "||"],
  [ts.SyntaxKind.BarBarToken, "&&"],
  [ts.SyntaxKind.PlusToken, "-"],
  [ts.SyntaxKind.MinusToken, "+"],
]);

export function mutationsOf(file: string, text: string): readonly Mutation[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const found: Mutation[] = [];
  const add = (node: ts.Node, after: string): void => {
    const start = node.getStart(source);
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    found.push({ file, line, start, before: text.slice(start, node.end), after });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    mutate(node, add);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function mutate(node: ts.Node, add: (node: ts.Node, after: string) => void): void {
  const turned = (condition: ts.Expression): void => add(condition, `!(${condition.getText()})`);
  if (ts.isIfStatement(node)) turned(node.expression);
  else if (ts.isConditionalExpression(node)) turned(node.condition);
  else if (ts.isBinaryExpression(node)) {
    const operator = exchanged.get(node.operatorToken.kind);
    // A sum of texts is a message.
    const text = [node.left, node.right].some(
      (side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side),
    );
    const sum = operator === "-" || operator === "+";
    if (operator !== undefined && !(sum && text)) add(node.operatorToken, operator);
  } else if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) add(node, ";");
  else if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, "false");
  else if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, "true");
  else if (ts.isNumericLiteral(node)) add(node, `(${node.text} + 1)`);
}

/** @throws where the text is another than the one the fault was found in */
export function mutated(text: string, { file, start, before, after }: Mutation): string {
  if (text.slice(start, start + before.length) !== before) throw new Error(`${file} is another than it was`);
  return text.slice(0, start) + after + text.slice(start + before.length);
}

/** The same choice for the same seed. */
export function chosen<T>(all: readonly T[], count: number, seed: number): readonly T[] {
  const size = Math.min(count, all.length);
  const choice = fc.shuffledSubarray([...all], { minLength: size, maxLength: size });
  return fc.sample(choice, { seed, numRuns: 1 })[0] ?? [];
}
