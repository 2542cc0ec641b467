/** The process's environment, for adapters that choose the variables which they pass on. */
export function processEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}
