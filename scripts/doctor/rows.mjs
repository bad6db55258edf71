/** One line of the doctor's report, in the terminal's language. */
import { words } from '../setup/shell.mjs'

const MARKS = { good: '✓', note: '○', bad: '✗' }

/**
 * @typedef {{state: 'good' | 'note' | 'bad', name: string, text: string, remedy?: string}} Row
 * `bad` means that something needed is broken; `note` that something optional is missing.
 */
export function good(name, text) {
  return { state: 'good', name, text }
}

export function note(name, text, remedy) {
  return { state: 'note', name, text, remedy }
}

export function bad(name, text, remedy) {
  return { state: 'bad', name, text, remedy }
}

export function formatRow({ state, name, text, remedy }) {
  const what = remedy ? `${text} → ${remedy}` : text
  return `${MARKS[state]} ${name}: ${what}`
}

/** A check that throws has found something broken; what it says is all we know. */
export async function guarded(name, check, remedy) {
  try {
    return await check()
  } catch (error) {
    return bad(name, error.message.split('\n')[0], remedy ?? words('见上述错误', 'see the error'))
  }
}
