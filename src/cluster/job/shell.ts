/** Quotes any text as one word of a POSIX shell, for example `a b` as `'a b'`. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * Lines of a POSIX shell that run a command, pass SIGTERM on to it, and leave its exit status in `$status`. A signal ends
 * `wait` early, and what was waited for once is unknown (127) the second time: only then the status of before counts.
 * `before` runs when signals are caught already, `after` when `$driver` is known.
 */
export function supervised(command: string, before = ':', after = ':'): string {
  return `
driver= asked=
trap 'asked=1; [ -z "$driver" ] || kill -TERM "$driver" 2>/dev/null' TERM
${before}
${command} & driver=$!
[ -z "$asked" ] || kill -TERM "$driver" 2>/dev/null
${after}
asked=
wait "$driver"; status=$?
while [ -n "$asked" ]; do
  asked=
  wait "$driver"; again=$?
  [ "$again" -eq 127 ] || status=$again
done
`.trim();
}
