/**
 * A typed event emitter of a dozen lines: the browser's EventTarget has no typed payloads, and the packages
 * that add them weigh more than this file.
 *
 * @example
 * const emitter = new Emitter<{ level: number }>()
 * const off = emitter.on('level', (level) => draw(level))
 */
export class Emitter<Events> {
  private readonly listeners = new Map<keyof Events, Set<(payload: never) => void>>()

  /** Adds a listener and returns the function that removes it. */
  on<K extends keyof Events>(event: K, listener: (payload: Events[K]) => void): () => void {
    const set = this.listeners.get(event) ?? new Set()
    this.listeners.set(event, set)
    set.add(listener)
    return () => set.delete(listener)
  }

  emit<K extends keyof Events>(event: K, payload: Events[K]): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) {
      try {
        ;(listener as (payload: Events[K]) => void)(payload)
      } catch (error) {
        // A broken view must not break the call: the error surfaces in the console, the other listeners run.
        reportError(error)
      }
    }
  }

  clear(): void {
    this.listeners.clear()
  }
}
