/** The repositories of SWE-bench Verified and Lite: what is trained on them can't be measured with them. */
export const benchmarkRepositories = [
  'astropy/astropy',
  'django/django',
  'matplotlib/matplotlib',
  'mwaskom/seaborn',
  'pallets/flask',
  'psf/requests',
  'pydata/xarray',
  'pylint-dev/pylint',
  'pytest-dev/pytest',
  'scikit-learn/scikit-learn',
  'sphinx-doc/sphinx',
  'sympy/sympy',
] as const;

export interface RepositoryLineage {
  /** `owner/name`. */
  readonly fullName: string;
  /** Full names of the repositories that it was forked from, in any order. */
  readonly parents: readonly string[];
}

export interface Denial {
  /** The name on the list. */
  readonly repository: string;
  readonly because: 'name' | 'fork';
}

/** The benchmark repository that this one is, or was forked from; null where there is none. */
export function denialOf(lineage: RepositoryLineage, more: readonly string[]): Denial | null {
  const denied = new Map([...benchmarkRepositories, ...more].map((name) => [name.toLowerCase(), name]));
  const own = denied.get(lineage.fullName.toLowerCase());
  if (own !== undefined) return { repository: own, because: 'name' };
  for (const parent of lineage.parents) {
    const origin = denied.get(parent.toLowerCase());
    if (origin !== undefined) return { repository: origin, because: 'fork' };
  }
  return null;
}
