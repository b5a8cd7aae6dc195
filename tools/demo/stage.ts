// How the demo tells its story: numbered stages, each with the time it took, and lines from whatever runs inside.

export interface Story {
  readonly stage: <T>(title: string, work: () => Promise<T>) => Promise<T>;
  readonly say: (line: string) => void;
}

export function tellTo(write: (text: string) => void): Story {
  let number = 0;
  const say = (line: string): void => write(`   ${line}\n`);
  return {
    say,
    stage: async (title, work) => {
      number += 1;
      write(`\n${number}. ${title}\n`);
      const began = performance.now();
      const result = await work();
      write(`   done in ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
      return result;
    },
  };
}
