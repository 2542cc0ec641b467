/** The variables of the process that git may see: paths of programs, proxies and certificates. No token is among them. */
const passedVariables = [
  'PATH',
  'TMPDIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'GIT_SSL_CAINFO',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
] as const;

export type GitEnvironment = Readonly<Record<string, string>>;
export type GitSettings = readonly (readonly [key: string, value: string])[];

/** The environment of every git command, selected from the environment of the process. */
export function gitEnvironment(source: Readonly<Record<string, string | undefined>>): GitEnvironment {
  const chosen: Record<string, string> = {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    LC_ALL: 'C',
  };
  for (const name of passedVariables) {
    const value = source[name];
    if (value !== undefined) chosen[name] = value;
  }
  return chosen;
}

/** git settings as variables: they appear neither in a file nor in the list of processes. */
export function settingsEnvironment(settings: GitSettings): GitEnvironment {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length) };
  for (const [index, [key, value]] of settings.entries()) {
    variables[`GIT_CONFIG_KEY_${index}`] = key;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return variables;
}
