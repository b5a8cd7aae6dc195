/** How much was simulated in this process: worlds in which something ran, effects of drivers, deaths of drivers. */
export interface Size {
  runs: number;
  effects: number;
  deaths: number;
}

export const size: Size = { runs: 0, effects: 0, deaths: 0 };
