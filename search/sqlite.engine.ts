/** The engine on SQLite FTS5: a file per collection, so that a rebuilt one can take the other's place. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { Collections, SearchEngine } from './engine'
import { type EngineCommands, engineOver } from './engine-commands'
import { createFinder, searchCollection } from './sqlite.query'
import { type CollectionStore, deleteFiles, deleteLogs, openCollection } from './sqlite.store'
import { suggestTitles } from './sqlite.suggest'

const mergePages = 500

interface Rebuild {
  store: CollectionStore
  removed: Set<string>
  hasMerged: boolean
}

interface Collection {
  store: CollectionStore
  finder: ReturnType<typeof createFinder>
  rebuild: Rebuild | null
}

const sync = (path: string, flags: 'r' | 'r+'): void => {
  const file = openSync(path, flags)
  fsyncSync(file)
  closeSync(file)
}

/** Puts a finished, closed file in the other's place, and makes sure that it stays there. */
const swapIn = (folder: string, next: string, path: string): void => {
  sync(next, 'r+')
  deleteLogs(path)
  renameSync(next, path)
  if (process.platform !== 'win32') sync(folder, 'r')
}

/** The same work, step by step and synchronous: the worker thread answers each step as a message. */
export const createSqliteCommands = (
  folder: string,
  collections: Collections,
  now: () => number = Date.now,
  options: { isDurable?: boolean } = {},
): EngineCommands => {
  mkdirSync(folder, { recursive: true })
  const pathOf = (name: string) => join(folder, `${name}.db`)
  const nextPathOf = (name: string) => join(folder, `${name}.next.db`)
  const optionsOf = (name: string) => {
    const options = collections[name]
    if (!options) throw new Error(`No such search collection: ${name}`)
    return options
  }
  const openOne = (name: string): Collection => {
    const store = openCollection(pathOf(name), optionsOf(name), options)
    return { store, finder: createFinder(store), rebuild: null }
  }
  const opened = new Map<string, Collection>()
  for (const name of Object.keys(collections)) {
    deleteFiles(nextPathOf(name))
    opened.set(name, openOne(name))
  }
  const get = (name: string): Collection => {
    const collection = opened.get(name)
    if (!collection) throw new Error(`No such search collection: ${name}`)
    return collection
  }
  const rebuildOf = (name: string): Rebuild => {
    const { rebuild } = get(name)
    if (!rebuild) throw new Error(`The rebuild of ${name} was interrupted: begin again`)
    return rebuild
  }
  const abandon = (name: string): void => {
    const collection = get(name)
    collection.rebuild?.store.db.close()
    collection.rebuild = null
    deleteFiles(nextPathOf(name))
  }
  return {
    index(name, documents) {
      const { store, rebuild } = get(name)
      store.put(documents)
      rebuild?.store.put(documents)
      for (const { id } of documents) rebuild?.removed.delete(id)
    },
    remove(name, ids) {
      const { store, rebuild } = get(name)
      store.drop(ids)
      rebuild?.store.drop(ids)
      for (const id of ids) rebuild?.removed.add(id)
    },
    search(name, query) {
      const { store, finder } = get(name)
      return searchCollection(store, finder, optionsOf(name), query, now())
    },
    suggest(name, query) {
      const { store, finder } = get(name)
      return suggestTitles(store, finder, query)
    },
    rebuildBegin(name) {
      abandon(name)
      const store = openCollection(nextPathOf(name), optionsOf(name), { isDurable: false })
      store.db.prepare("INSERT INTO words (words, rank) VALUES ('usermerge', 2)").run()
      get(name).rebuild = { store, removed: new Set(), hasMerged: false }
    },
    rebuildAdd(name, documents) {
      const { store, removed } = rebuildOf(name)
      store.put(documents.filter(({ id }) => !removed.has(id) && !store.has(id)))
    },
    rebuildMerge(name) {
      const rebuild = rebuildOf(name)
      // The first, negative, step gathers all segments into one join; the others carry it on.
      const goesOn = rebuild.store.merge(rebuild.hasMerged ? mergePages : -mergePages)
      rebuild.hasMerged = true
      return goesOn
    },
    rebuildFinish(name) {
      const collection = get(name)
      const { store } = rebuildOf(name)
      store.markFresh()
      store.close()
      collection.rebuild = null
      collection.store.close()
      swapIn(folder, nextPathOf(name), pathOf(name))
      opened.set(name, openOne(name))
    },
    rebuildAbandon: abandon,
    stats: () =>
      [...opened].map(([collection, { store }]) => ({
        collection,
        documents: store.state.documents,
        bytes: store.bytes(),
        isStale: store.isStale,
      })),
    close() {
      for (const [name, { store }] of opened) {
        abandon(name)
        store.close()
      }
      opened.clear()
    },
  }
}

/**
 * The engine in this thread, for tests: opened when it is first used, and its writes do not wait for the disk. The
 * API uses `createSearchWorker`.
 */
export const createSqliteEngine = (
  folder: string,
  collections: Collections,
  now?: () => number,
): SearchEngine => {
  let commands: EngineCommands | null = null
  const opened = () => {
    commands ??= createSqliteCommands(folder, collections, now, { isDurable: false })
    return commands
  }
  const engine = engineOver(async (name, ...args) =>
    (opened()[name] as (...args: unknown[]) => never)(...args),
  )
  return { ...engine, close: async () => commands?.close() }
}
