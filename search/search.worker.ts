/** The thread that owns the index files; `createSearchWorker` talks to it. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Collections } from './engine'
import type { EngineCommands } from './engine-commands'
import { createSqliteCommands } from './sqlite.engine'
import { queryTerms } from './tokenizer'

/** A command as it travels: number, name, arguments. */
export type CommandMessage = [number: number, name: keyof EngineCommands, args: unknown[]]
/** Its answer: number, then the value or what went wrong. */
export type AnswerMessage = { number: number; value?: unknown; error?: { name: string; message: string } }

const { folder, collections } = workerData as { folder: string; collections: Collections }
const commands = createSqliteCommands(folder, collections)
const port = parentPort
// Load the dictionary now rather than during somebody's first query.
queryTerms('搜索')

const answer = ([number, name, args]: CommandMessage): AnswerMessage => {
  try {
    return { number, value: (commands[name] as (...args: unknown[]) => unknown)(...args) }
  } catch (error) {
    const { name: kind, message } = error instanceof Error ? error : new Error(String(error))
    return { number, error: { name: kind, message } }
  }
}

port?.on('message', (message: CommandMessage) => port.postMessage(answer(message)))
