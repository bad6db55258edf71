import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A program of the benchmark in a process of its own, spoken to by messages. */
export interface Child {
  /** Sends `{ask}` and resolves with the answer to it. */
  ask<T>(ask: string, more?: object): Promise<T>
  stop(): Promise<void>
}

interface Answer {
  id: number
  value?: unknown
  error?: string
}

/** Starts bench/support/`file`; resolves once it has said that it is ready. */
export const startChild = async <T>(file: string, options: object): Promise<{ child: Child; ready: T }> => {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const run = fork(path, [JSON.stringify(options)], {
    execArgv: ['--import', 'tsx', '--max-semi-space-size=32'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ready = await new Promise<T>((resolve, reject) => {
    run.once('message', (message) => resolve(message as T))
    run.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)))
  })
  return { child: childOf(run), ready }
}

const childOf = (run: ChildProcess): Child => {
  let lastId = 0
  return {
    ask: <T>(ask: string, more: object = {}) =>
      new Promise<T>((resolve, reject) => {
        const id = ++lastId
        const listen = (message: unknown) => {
          const answer = message as Answer
          if (answer.id !== id) return
          run.off('message', listen)
          if (answer.error) reject(new Error(answer.error))
          else resolve(answer.value as T)
        }
        run.on('message', listen)
        run.send({ id, ask, ...more })
      }),
    stop: () =>
      new Promise((resolve) => {
        run.once('exit', () => resolve())
        run.kill('SIGTERM')
      }),
  }
}

/** The other side: says `ready`, answers what it is asked, ends on SIGTERM. */
export const serveParent = (
  ready: object,
  answers: Record<string, (message: Record<string, unknown>) => unknown>,
): void => {
  process.on('message', async (message: { id: number; ask: string }) => {
    try {
      const value = await answers[message.ask]?.({ ...message })
      process.send?.({ id: message.id, value })
    } catch (error) {
      process.send?.({ id: message.id, error: String(error) })
    }
  })
  process.on('SIGTERM', () => process.exit(0))
  process.on('disconnect', () => process.exit(0))
  process.send?.(ready)
}

export const childOptions = <T>(): T => JSON.parse(process.argv[2] ?? '{}') as T
