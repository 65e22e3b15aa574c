/** The part of a notebook's host that keeps a termination out of what must not be cut in the middle. */
interface Host {
  stepping(active: boolean): void;
}

/** A batch begins or ends on the stack. In a notebook's kernel it is not terminated meanwhile, and none begins when its cell is over. */
export function stepping(active: boolean): void {
  (globalThis as { [key: symbol]: Host | undefined })[Symbol.for('gradoscope.host')]?.stepping(active);
}
