/**
 * The engine in a thread of its own, so that neither indexing nor a slow query holds up requests. A thread that
 * dies is replaced; one that does not answer in time is taken for stuck and replaced too. What was asked of it
 * fails, and the outbox hands unacknowledged changes over again.
 */
import { Worker } from 'node:worker_threads'
import { BadCursorError, type Collections, type SearchEngine } from './engine'
import { type CallCommand, type CommandName, engineOver } from './engine-commands'
import type { AnswerMessage, CommandMessage } from './search.worker'

/** The search thread died, did not answer in time, or is closed. Asking again later may work. */
export class SearchUnavailableError extends Error {
  override name = 'SearchUnavailableError'
}

export interface SearchWorkerOptions {
  collections: Collections
  /** For a query or a step of indexing, once the thread has answered for the first time. */
  timeoutMs?: number
  /** For steps that touch whole files: opening a large index (the first answer), finishing a rebuild. */
  longTimeoutMs?: number
  onRestart?: (reason: Error) => void
}

const longCommands: ReadonlySet<CommandName> = new Set<CommandName>([
  'rebuildBegin',
  'rebuildMerge',
  'rebuildFinish',
  'rebuildAbandon',
  'close',
])
const firstDelayMs = 100
const longestDelayMs = 10_000

interface Waiting {
  resolve: (value: never) => void
  reject: (error: Error) => void
  timer: NodeJS.Timeout
}

/** In the bundle the thread lies beside main.js; from sources (tsx, vitest) it must learn TypeScript first. */
const startThread = (folder: string, collections: Collections): Worker => {
  const workerData = { folder, collections }
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./search.worker.js', import.meta.url), { workerData })
  const tsx = import.meta.resolve('tsx/esm/api')
  const file = new URL('./search.worker.ts', import.meta.url).href
  const load = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(file)}) })`
  return new Worker(load, { eval: true, execArgv: [], workerData })
}

const errorOf = ({ name, message }: { name: string; message: string }): Error =>
  name === 'BadCursorError' ? new BadCursorError(message) : Object.assign(new Error(message), { name })

/** One thread at a time, and those who wait for its answers. */
const createThread = (folder: string, options: SearchWorkerOptions) => {
  const waiting = new Map<number, Waiting>()
  let thread: Worker | null = null
  let hasAnswered = false
  let isClosed = false
  let delayMs = firstDelayMs
  let restartTimer: NodeJS.Timeout | undefined

  const failAll = (reason: Error): void => {
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer)
      reject(reason)
    }
    waiting.clear()
  }
  const replace = (stopped: Worker, reason: Error): void => {
    if (thread !== stopped) return
    thread = null
    failAll(new SearchUnavailableError(`The search thread stopped: ${reason.message}`))
    if (isClosed) return
    options.onRestart?.(reason)
    restartTimer = setTimeout(start, delayMs)
    delayMs = Math.min(longestDelayMs, delayMs * 2)
  }
  const settle = ({ number, value, error }: AnswerMessage): void => {
    const asked = waiting.get(number)
    if (!asked) return
    waiting.delete(number)
    clearTimeout(asked.timer)
    delayMs = firstDelayMs
    hasAnswered = true
    if (error) asked.reject(errorOf(error))
    else asked.resolve(value as never)
  }
  const start = (): void => {
    const started = startThread(folder, options.collections)
    thread = started
    hasAnswered = false
    started.on('message', settle)
    started.on('error', (error: Error) => replace(started, error))
    started.on('exit', (code) => replace(started, new Error(`exit code ${code}`)))
  }
  start()
  return {
    waiting,
    current: () => thread,
    /** Before that it opens its files and reads the dictionary. */
    hasAnswered: () => hasAnswered,
    replace,
    async stop(): Promise<void> {
      isClosed = true
      clearTimeout(restartTimer)
      const last = thread
      thread = null
      failAll(new SearchUnavailableError('Search is closed'))
      await last?.terminate()
    },
  }
}

/**
 * Search in `folder`, a file per collection, behind the engine port.
 *
 * @throws {SearchUnavailableError} from any method while the thread is away
 */
export const createSearchWorker = (folder: string, options: SearchWorkerOptions): SearchEngine => {
  const { timeoutMs = 10_000, longTimeoutMs = 120_000 } = options
  const threads = createThread(folder, options)
  let lastNumber = 0

  const call: CallCommand = (name, ...args) =>
    new Promise((resolve, reject) => {
      const thread = threads.current()
      if (!thread) return reject(new SearchUnavailableError('The search thread is being restarted'))
      const number = ++lastNumber
      const timer = setTimeout(
        () => {
          threads.replace(thread, new Error(`no answer to ${name} in time`))
          void thread.terminate()
        },
        longCommands.has(name) || !threads.hasAnswered() ? longTimeoutMs : timeoutMs,
      )
      threads.waiting.set(number, { resolve, reject, timer })
      thread.postMessage([number, name, args] satisfies CommandMessage)
    })

  const engine = engineOver(call)
  return {
    ...engine,
    async close() {
      if (threads.current()) await engine.close()
      await threads.stop()
    },
  }
}
