import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  guessColumns,
  type ImportCommand,
  type ImportMapping,
  type ImportProblemCode,
  importFields,
  importKeptMs,
  importProblemCodes,
  importTransitions,
  isImportField,
  maxImportColumns,
  previewRows,
} from '../../../contract/imports.rules'
import type { ImportDetail, ImportView } from '../../../contract/imports.schema'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { schedule, unschedule } from '../due/due.store'
import { listSitesServedBy } from '../sites/sites.store'
import { inspectCsv, readCsv } from './csv'
import {
  clearCheck,
  type ImportRecord,
  insertImport,
  insertRows,
  listImports,
  loadOwnImport,
  patchImport,
  problemsAfter,
  rowsAfter,
} from './imports.store'
import { listCustomFields } from './lookups.store'
import { saveBody } from './receive'
import { importStep } from './step.usecases'

const insertedRows = 200

export const presentImport = (row: ImportRecord): ImportView => ({
  id: row.id,
  name: row.name,
  encoding: row.encoding,
  separator: row.separator,
  header: row.header,
  mapping: row.mapping,
  status: row.status,
  rowCount: row.rowCount,
  done: row.done,
  badRows: row.badRows,
  createdCount: row.createdCount,
  problems: importProblemCodes.flatMap((code: ImportProblemCode) => {
    const count = row.problemCounts[code] ?? 0
    return count > 0 ? [{ code, count }] : []
  }),
  createdAt: iso(row.createdAt),
  finishedAt: iso(row.finishedAt),
  expiresAt: iso((row.finishedAt ?? row.createdAt) + importKeptMs),
})

const detailOf = async (tx: Tx, row: ImportRecord): Promise<ImportDetail> => ({
  import: presentImport(row),
  preview: (await rowsAfter(tx, row.id, 0, previewRows)).map((each) => each.cells),
  fields: (await listCustomFields(tx)).map(({ id, label, labelEn, itemName }) => ({
    id,
    label,
    labelEn,
    serviceItem: itemName,
  })),
})

const loadDetail = async (tx: Tx, actor: AgentActor, id: string): Promise<ImportDetail> =>
  detailOf(tx, await loadOwnImport(tx, actor, id))

/** Takes a file in: its lines become rows, nothing else happens yet. */
export const receiveImport = async (
  deps: Pick<Deps, 'db' | 'clock' | 'config'>,
  actor: AgentActor,
  name: string,
  body: ReadableStream<Uint8Array> | null,
): Promise<ImportDetail> => {
  const id = newId('imp')
  const folder = join(deps.config.dataDir, 'imports')
  const path = join(folder, id)
  await mkdir(folder, { recursive: true })
  try {
    await saveBody(path, body)
    const shape = await inspectCsv(path)
    return await keepRows(deps, actor, { id, name, path, shape })
  } finally {
    await rm(path, { force: true })
  }
}

interface Received {
  id: string
  name: string
  path: string
  shape: Awaited<ReturnType<typeof inspectCsv>>
}

/** Two walks over the file: the first finds whatever is wrong with it before a row is written. */
const keepRows = async (
  deps: Pick<Deps, 'db' | 'clock'>,
  actor: AgentActor,
  { id, name, path, shape }: Received,
): Promise<ImportDetail> => {
  let header: string[] | null = null
  let rowCount = 0
  for await (const line of readCsv(path, shape)) {
    if (header) rowCount += 1
    else header = line.map((cell) => cell.trim().slice(0, 200))
  }
  const columns = header ?? []
  const at = deps.clock.now()
  await deps.db.write(async (tx) => {
    const [site] = await listSitesServedBy(tx, actor)
    await insertImport(tx, {
      id,
      ownerId: actor.id,
      name,
      ...shape,
      header: columns,
      mapping: {
        columns: guessColumns(columns, await listCustomFields(tx)),
        siteId: site?.id ?? null,
        externalSystem: 'import',
      },
      status: 'draft',
      rowCount,
      done: 0,
      badRows: 0,
      createdCount: 0,
      problemCounts: {},
      createdAt: at,
      finishedAt: null,
    })
    await writeAudit(tx, {
      at,
      actor,
      action: 'tickets.import_received',
      thing: id,
      data: { name, rowCount },
    })
  })
  let isHeader = true
  let first = 1
  let lines: string[][] = []
  const flush = async () => {
    const batch = lines
    lines = []
    await deps.db.write((tx) => insertRows(tx, id, first, batch))
    first += batch.length
  }
  for await (const line of readCsv(path, shape)) {
    if (isHeader) isHeader = false
    else if (lines.push(line) >= insertedRows) await flush()
  }
  await flush()
  return deps.db.read((tx) => loadDetail(tx, actor, id))
}

export const listOwnImports = async (tx: Tx, actor: AgentActor): Promise<{ items: ImportView[] }> => ({
  items: (await listImports(tx, actor.id)).map(presentImport),
})
export const showImport = loadDetail

/** The import goes on as `command` says. Throws 409 where its state does not allow it. */
const move = async (
  tx: Tx,
  row: ImportRecord,
  command: ImportCommand,
  set: Partial<ImportRecord> = {},
): Promise<ImportRecord> => {
  const status = nextState(importTransitions, row.status, command)
  if (!status || !(await patchImport(tx, row.id, row.status, { ...set, status })))
    throw refuse('imports.wrong_state', `An import that is ${row.status} does not accept ${command}.`)
  return { ...row, ...set, status }
}

const checkMapping = async (tx: Tx, actor: AgentActor, row: ImportRecord, mapping: ImportMapping) => {
  const complain = (path: string, message: string) =>
    refuse('imports.mapping_invalid', `The mapping is not possible: ${message}.`, {
      errors: [{ path: `body.${path}`, message }],
    })
  if (mapping.columns.length !== row.header.length)
    throw complain('columns', `the file has ${row.header.length} columns`)
  const given = mapping.columns.filter((each) => each !== null)
  const twice = given.find((field, at) => given.indexOf(field) !== at)
  if (twice) throw complain('columns', `${twice} is given twice`)
  if (!mapping.columns.includes('topic')) throw complain('columns', 'no column becomes the topic')
  const known = new Set((await listCustomFields(tx)).map((field) => field.id))
  const gone = given.find((each) => !isImportField(each) && !known.has(each))
  if (gone) throw complain('columns', `there is no field ${gone}`)
  const isKnown =
    mapping.siteId === null || (await listSitesServedBy(tx, actor)).some((site) => site.id === mapping.siteId)
  if (!isKnown) throw complain('siteId', 'there is no such site')
}

/** What the columns become. An earlier dry run is void. */
export const mapImport = async (
  tx: Tx,
  actor: AgentActor,
  id: string,
  mapping: ImportMapping,
): Promise<ImportDetail> => {
  const row = await loadOwnImport(tx, actor, id)
  await checkMapping(tx, actor, row, mapping)
  const reset = { done: 0, badRows: 0, problemCounts: {} }
  return detailOf(tx, await move(tx, row, 'map', { mapping, ...reset }))
}

/** Starts the dry run: every row is read, nothing is created. */
export const checkImport = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  id: string,
): Promise<ImportView> => {
  const row = await loadOwnImport(tx, actor, id)
  await checkMapping(tx, actor, row, row.mapping)
  const moved = await move(tx, row, 'check', { done: 0, badRows: 0, problemCounts: {} })
  await clearCheck(tx, id)
  await schedule(tx, importStep, id, deps.clock.now())
  return presentImport(moved)
}

/** Starts creating tickets. Refused while rows have problems, unless they are to be left out. */
export const runImport = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  id: string,
  skipBadRows: boolean,
): Promise<ImportView> => {
  const row = await loadOwnImport(tx, actor, id)
  if (row.status === 'checked' && row.badRows > 0 && !skipBadRows)
    throw refuse('imports.has_problems', `${row.badRows} rows have problems: correct them or leave them out.`)
  const moved = await move(tx, row, 'run', { done: 0 })
  await schedule(tx, importStep, id, deps.clock.now())
  return presentImport(moved)
}

/** Stops whatever the import does. Tickets that a run has created stay. */
export const cancelImport = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  id: string,
): Promise<ImportView> => {
  const row = await loadOwnImport(tx, actor, id)
  const isOver = row.status !== 'checking'
  const moved = await move(tx, row, 'cancel', isOver ? { finishedAt: deps.clock.now() } : { done: 0 })
  await unschedule(tx, importStep, id)
  return presentImport(moved)
}

/** A page of problems, whole rows only: `limit` may be passed by those of the last row. */
export const pageProblems = async (
  tx: Tx,
  actor: AgentActor,
  id: string,
  query: { after?: number | undefined; limit?: number | undefined; code?: ImportProblemCode | undefined },
) => {
  await loadOwnImport(tx, actor, id)
  const limit = query.limit ?? 100
  // A row has at most one problem for each column, and one for itself; a missing column has its own.
  const most = limit + importFields.length + maxImportColumns + 1
  const found = await problemsAfter(tx, id, query.after ?? 0, most, query.code)
  const edge = found[limit - 1]?.position
  const shown = edge === undefined ? found : found.filter((each) => each.position <= edge)
  return {
    items: shown.map(({ position, field, code, value }) => ({
      row: position,
      field: field || null,
      code,
      value,
    })),
    next: shown.length < found.length ? (edge ?? null) : null,
  }
}

export const pageRows = async (
  tx: Tx,
  actor: AgentActor,
  id: string,
  query: {
    after?: number | undefined
    limit?: number | undefined
    status?: 'pending' | 'bad' | 'created' | undefined
  },
) => {
  await loadOwnImport(tx, actor, id)
  const limit = query.limit ?? 100
  const found = await rowsAfter(tx, id, query.after ?? 0, limit + 1, query.status)
  const shown = found.slice(0, limit)
  return {
    items: shown.map(({ position, status, cells, ticketNumber }) => ({
      row: position,
      status,
      cells,
      ticketNumber,
    })),
    next: found.length > limit ? (shown.at(-1)?.position ?? null) : null,
  }
}
