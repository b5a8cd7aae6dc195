/**
 * A shell has one room for all its variables. So what a script was given as arguments is assigned by its main part
 * alone: a function that took such a name for itself would change what is restored, and from where.
 */
import { stagingScript } from "../../../provider/plan/staging-script.js";
import { volumeScript } from "../../../provider/plan/volume-script.js";

/** Functions whose purpose it is to settle an argument further. */
const settled: Readonly<Record<string, readonly string[]>> = {
  volume: ["find_in_store first", "find_in_store second", "cover until", "restore temp"],
  staging: [],
};

interface Parts {
  readonly main: string;
  readonly functions: ReadonlyMap<string, string>;
}

/** Functions begin at the start of a line; one of a single line ends with it, every other one where its brace does. */
function partsOf(script: string): Parts {
  const functions = new Map<string, string>();
  const main: string[] = [];
  let open: string | undefined;
  for (const line of script.replaceAll(/(\bawk [^'\n]*)'[^']*'/g, "$1").split("\n")) {
    const [, name, brace] = /^([a-z_]+)\(\) ([{(])/.exec(line) ?? [];
    if (open !== undefined) {
      functions.set(open, `${functions.get(open) ?? ""}\n${line}`);
      if (/^[})]/.test(line)) open = undefined;
    } else if (name === undefined) main.push(line);
    else {
      functions.set(name, line.slice(line.indexOf("()") + 2));
      if (!(brace === "{" ? /\}( #.*)?$/ : /\)( #.*)?$/).test(line)) open = name;
    }
  }
  return { main: main.join("\n"), functions };
}

/** Names given a value, read or walked through; what is told or stands before a command is that command's alone. */
function assignedIn(text: string): readonly string[] {
  const commands = text.replaceAll(/echo "[^"]*"|-v [a-z_]+=|^ *(?:[a-z_]+=\S+ )+awk\b/gm, " ");
  const found = commands.matchAll(/(?:^|[\s;&|({])(?:([a-z_]+)=|for ([a-z_]+) in\b|read -r ([a-z_ ]+))/gm);
  return [...found].flatMap(([, value, loop, read]) => (value ?? loop ?? read ?? "").trim().split(/ +/));
}

const scripts = { volume: volumeScript, staging: stagingScript };

test.each(Object.entries(scripts))(
  "no function of the %s script takes an argument's name",
  (name, script) => {
    const { main, functions } = partsOf(script);
    const given = [...main.matchAll(/(?:^|[\s;])([a-z_]+)=\$[1-9]/gm)].map(([, variable]) => variable ?? "");
    expect(given).toEqual(expect.arrayContaining(["first", "second"]));
    expect(functions.size).toBeGreaterThan(10);
    const taken = [...functions].flatMap(([of, text]) =>
      [...new Set(assignedIn(text))]
        .filter((variable) => given.includes(variable))
        .map((variable) => `${of} ${variable}`),
    );
    expect(taken).toEqual(settled[name]);
  },
);
