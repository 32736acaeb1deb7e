// What a task is about, as plain data: how a code lens names it, and which arguments the binary gets.

/** A task as `tasks.json` has it. */
export interface Definition {
  type: "ntro";
  command: "check" | "test" | "run";
  /** A file or a folder, relative to the folder in which the task runs. */
  path?: string;
  /** The runbook to run, or what a scenario has in its runbook or title to be played. */
  name?: string;
}

/** What a code lens stands above. */
export interface LensTarget {
  /** The file, as a URI. */
  uri: string;
  /** The runbook. */
  runbook?: string;
  /** The title of the scenario. */
  scenario?: string;
}

/** Reads the arguments of a code lens; nothing where a person chose the command, or where the arguments are none of ours. */
export function lensTarget(args: readonly unknown[]): LensTarget | undefined {
  const [first] = args;
  const uri = text(first, "uri");
  if (uri === undefined || !/^\w[\w+.-]*:/.test(uri)) return undefined;
  const target: LensTarget = { uri };
  const runbook = text(first, "runbook");
  const scenario = text(first, "scenario");
  if (runbook !== undefined) target.runbook = runbook;
  if (scenario !== undefined) target.scenario = scenario;
  return target;
}

function text(from: unknown, key: string): string | undefined {
  if (typeof from !== "object" || from === null) return undefined;
  const value = (from as Record<string, unknown>)[key];
  return typeof value === "string" ? value : undefined;
}

/** The arguments for `ntroc`. A path never passes for an option, however it is called. */
export function argumentsOf(wanted: Definition): string[] {
  const args: string[] = [wanted.command];
  if (wanted.name !== undefined) args.push(`${wanted.command === "run" ? "--runbook" : "--filter"}=${wanted.name}`);
  if (wanted.path !== undefined && wanted.path !== "") args.push("--", wanted.path);
  return args;
}
