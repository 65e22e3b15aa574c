import type { Binding } from './native-functions.js';

/** A binding that does some things in another way. */
export const watched = (binding: Binding, watch: Partial<Binding>): Binding =>
  Object.create(
    binding,
    Object.fromEntries(Object.entries(watch).map(([name, value]) => [name, { value }])),
  ) as Binding;
