import type {
  CollectionStats,
  SearchDocument,
  SearchEngine,
  SearchPage,
  SearchQuery,
  Suggestion,
  SuggestQuery,
} from './engine'

/** What an engine does in one go; a rebuild is many such steps, so that queries are answered between them. */
export interface EngineCommands {
  index(collection: string, documents: SearchDocument[]): void
  remove(collection: string, ids: string[]): void
  search(collection: string, query: SearchQuery): SearchPage
  suggest(collection: string, query: SuggestQuery): Suggestion[]
  rebuildBegin(collection: string): void
  rebuildAdd(collection: string, documents: SearchDocument[]): void
  /** True while there is more to do. */
  rebuildMerge(collection: string): boolean
  rebuildFinish(collection: string): void
  rebuildAbandon(collection: string): void
  stats(): CollectionStats[]
  close(): void
}

export type CommandName = keyof EngineCommands

export type CallCommand = <Name extends CommandName>(
  name: Name,
  ...args: Parameters<EngineCommands[Name]>
) => Promise<ReturnType<EngineCommands[Name]>>

/** Documents handed over at once: about 10 ms of work, which is what a query may have to wait. */
export const documentsPerStep = 40

export const inSteps = <T>(items: T[], size = documentsPerStep): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))

/** The port over anything that carries commands. */
export const engineOver = (call: CallCommand): SearchEngine => ({
  async index(collection, documents) {
    for (const step of inSteps(documents)) await call('index', collection, step)
  },
  async remove(collection, ids) {
    for (const step of inSteps(ids)) await call('remove', collection, step)
  },
  search: (collection, query) => call('search', collection, query),
  suggest: (collection, query) => call('suggest', collection, query),
  async rebuild(collection, batches) {
    await call('rebuildBegin', collection)
    let given = 0
    try {
      for await (const batch of batches) {
        for (const step of inSteps(batch)) await call('rebuildAdd', collection, step)
        given += batch.length
      }
      while (await call('rebuildMerge', collection));
      await call('rebuildFinish', collection)
      return given
    } catch (error) {
      // If this fails too, the thread has died, and its unfinished file is removed when it starts again.
      await Promise.allSettled([call('rebuildAbandon', collection)])
      throw error
    }
  },
  stats: () => call('stats'),
  close: () => call('close'),
})
