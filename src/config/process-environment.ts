/** The environment of the process, for adapters that select the variables for their child processes. */
export function processEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}
