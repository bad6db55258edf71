/**
 * A transition table: for each state, the commands it accepts and the state each leads to.
 * A command a state does not list is refused with 409.
 */
export type Transitions<State extends string, Command extends string> = Record<
  State,
  Partial<Record<Command, State>>
>

/** The state `command` leads to from `from`, or null where the table does not allow it. */
export const nextState = <State extends string, Command extends string>(
  table: Transitions<State, Command>,
  from: State,
  command: Command,
): State | null => table[from]?.[command] ?? null

/** True for a state that no command leaves. */
export const isTerminal = <State extends string, Command extends string>(
  table: Transitions<State, Command>,
  state: State,
): boolean => Object.keys(table[state]).length === 0
