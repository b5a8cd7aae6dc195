/** The table of steps: adding a name to StepName breaks compilation here until the step exists. */
import type { StepName } from "../state.js";
import type { Step } from "../step.js";
import { bringBack } from "./bring-back.js";
import { bringUp, scaleUp } from "./bring-up.js";
import { clean } from "./clean.js";
import { drop, setAside } from "./drop.js";
import { postHooks, preHooks } from "./hooks.js";
import { lock } from "./lock.js";
import { open } from "./open.js";
import { preflightStep } from "./preflight.js";
import { prove } from "./prove.js";
import { bringAgain, swapAgain } from "./reinstate.js";
import { release } from "./release.js";
import { resolve } from "./resolve.js";
import { rehearse, restore } from "./restore.js";
import { giveBack, stopJobs, swapBack } from "./rollback.js";
import { swap } from "./swap.js";
import { takeBack } from "./take-back.js";
import { takeOffline } from "./take-offline.js";
import { findPrevious } from "./undo.js";

export const steps: Readonly<Record<StepName, Step>> = {
  Resolve: resolve,
  Lock: lock,
  Preflight: preflightStep,
  PreHooks: preHooks,
  Rehearse: rehearse,
  TakeOffline: takeOffline,
  Restore: restore,
  SetAside: setAside,
  Drop: drop,
  Swap: swap,
  ScaleUp: scaleUp,
  BringUp: bringUp,
  Prove: prove,
  Open: open,
  PostHooks: postHooks,
  Release: release,
  StopJobs: stopJobs,
  TakeBack: takeBack,
  SwapBack: swapBack,
  GiveBack: giveBack,
  Clean: clean,
  FindPrevious: findPrevious,
  BringBack: bringBack,
  SwapAgain: swapAgain,
  BringAgain: bringAgain,
};
