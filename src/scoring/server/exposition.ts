/** One family of the Prometheus text format 0.0.4; a sample's labels are written as they are. */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly (readonly [labels: string, value: number])[];
}

export function exposition(families: readonly Family[]): string {
  return families.map(familyText).join('');
}

export function single(name: string, type: Family['type'], help: string, value: number): Family {
  return { name, type, help, samples: [['', value]] };
}

/** A family with one label, whose values are names of ours. */
export function labelled(
  name: string,
  help: string,
  label: string,
  counts: ReadonlyMap<string | number, number>,
): Family {
  const samples = [...counts].map(([value, count]) => [`{${label}="${value}"}`, count] as const);
  return { name, type: 'counter', help, samples };
}

function familyText({ name, type, help, samples }: Family): string {
  const lines = samples.map(([labels, value]) => `${name}${labels} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}
