import { html } from 'hono/html';
import type { ListSpec, ListState } from './list.ts';
import { type Markup, nothing } from './markup.ts';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface FilterField<Filter extends string> {
  readonly name: Filter;
  readonly label: string;
  readonly choices: readonly Choice[];
  /** Label of the choice that filters nothing. */
  readonly all: string;
}

/** Plain texts as choices, each its own label. */
export function choices(values: readonly string[]): Choice[] {
  return values.map((value) => ({ value, label: value.replaceAll('_', ' ') }));
}

function field<Filter extends string>(
  { name, label, choices, all }: FilterField<Filter>,
  chosen: string,
): Markup {
  const known = choices.some(({ value }) => value === chosen) || chosen === '';
  const options = known ? choices : [...choices, { value: chosen, label: chosen }];
  const option = ({ value, label }: Choice): Markup =>
    html`<option value="${value}" ${value === chosen ? html`selected` : nothing}>${label}</option>`;
  return html`<label
    ><span>${label}</span>
    <select name="${name}">
      <option value="">${all}</option>
      ${options.map(option)}
    </select></label
  >`;
}

/** Filters a list: at once where scripts run, by its button where they do not. Sorting stays as it is. */
export function filterForm<Sort extends string, Filter extends string>(
  spec: ListSpec<Sort, Filter>,
  state: ListState<Sort, Filter>,
  fields: readonly FilterField<Filter>[],
): Markup {
  const sorted = state.sort !== spec.sorts[0] || state.direction !== 'desc';
  return html`<form
    class="filters"
    method="get"
    action="${spec.path}"
    role="search"
    hx-get="${spec.path}"
    hx-trigger="change, submit"
    hx-target="#results"
    hx-select="#results"
    hx-swap="outerHTML"
    hx-push-url="true"
  >
    ${fields.map((one) => field(one, state.filters[one.name] ?? ''))}
    ${sorted ? html`<input type="hidden" name="sort" value="${state.sort}" /><input type="hidden" name="dir" value="${state.direction}" />` : nothing}
    <button>Filter</button> <a href="${spec.path}">Reset</a>
  </form>`;
}
