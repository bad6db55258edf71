import { z } from 'zod'
import { id } from '../../../contract/common.schema'
import { maxImportBytes } from '../../../contract/imports.rules'
import {
  importDetail,
  importList,
  importMapping,
  importProblemPage,
  importProblemQuery,
  importRowPage,
  importRowQuery,
  importRunBody,
  importUploadQuery,
  importView,
} from '../../../contract/imports.schema'
import { describeRoute } from '../../http/describe'
import { parseQuery } from '../../http/raw-query'
import type { Router } from '../../http/routes'
import { refuse } from '../../lib/errors'
import {
  cancelImport,
  checkImport,
  listOwnImports,
  mapImport,
  pageProblems,
  pageRows,
  receiveImport,
  runImport,
  showImport,
} from './imports.usecases'

const managing = { auth: 'agent', permission: 'tickets.manage' } as const
const params = z.strictObject({ id: id('imp') })

/** Tickets from CSV files. */
export const importRoutes = (router: Router): void => {
  uploadRoute(router)
  commandRoutes(router)
  router.read(
    {
      method: 'get',
      path: '/imports',
      summary: 'The own imports, the newest first',
      ...managing,
      response: importList,
    },
    (tx, { actor }) => listOwnImports(tx, actor),
  )
  router.read(
    {
      method: 'get',
      path: '/imports/{id}',
      summary: 'An own import with the first rows of its file',
      ...managing,
      params,
      response: importDetail,
    },
    (tx, { actor, params: { id: importId } }) => showImport(tx, actor, importId),
  )
  router.read(
    {
      method: 'get',
      path: '/imports/{id}/problems',
      summary: 'What the dry run found, row by row',
      ...managing,
      params,
      query: importProblemQuery,
      response: importProblemPage,
    },
    (tx, { actor, params: { id: importId }, query }) => pageProblems(tx, actor, importId, query),
  )
  router.read(
    {
      method: 'get',
      path: '/imports/{id}/rows',
      summary: 'The rows of the file with what became of them',
      ...managing,
      params,
      query: importRowQuery,
      response: importRowPage,
    },
    (tx, { actor, params: { id: importId }, query }) => pageRows(tx, actor, importId, query),
  )
}

/** The body is the file: it is streamed to disk, never held whole. */
const uploadRoute = (router: Router): void => {
  const { app, deps } = router
  describeRoute(router, {
    method: 'put',
    path: '/imports',
    ...managing,
    summary: 'Send a CSV file of tickets, up to 20 MB',
    params: z.strictObject({}),
    query: importUploadQuery,
    body: 'text/csv',
    status: 201,
    response: importDetail,
  })
  app.put('/imports', router.guard('agent', 'tickets.manage', 'put'), async (c) => {
    const { name } = parseQuery(c, importUploadQuery)
    const actor = c.get('actor')
    if (actor?.kind !== 'agent') throw refuse('auth.required', 'Please sign in.')
    if (Number(c.req.header('content-length') ?? 0) > maxImportBytes)
      throw refuse('imports.too_large', `At most ${maxImportBytes / 1024 / 1024} MB.`)
    return c.json(await receiveImport(deps, actor, name, c.req.raw.body), 201)
  })
}

const commandRoutes = (router: Router): void => {
  router.write(
    {
      method: 'put',
      path: '/imports/{id}/mapping',
      summary: 'What the columns become',
      ...managing,
      params,
      body: importMapping,
      response: importDetail,
    },
    (tx, { actor, params: { id: importId }, body }) => mapImport(tx, actor, importId, body),
  )
  router.write(
    {
      method: 'post',
      path: '/imports/{id}/check',
      summary: 'Dry run: every row is read, nothing is created',
      ...managing,
      params,
      response: importView,
    },
    (tx, { actor, params: { id: importId }, deps }) => checkImport(tx, deps, actor, importId),
  )
  router.write(
    {
      method: 'post',
      path: '/imports/{id}/run',
      summary: 'Create the tickets, after a dry run',
      ...managing,
      params,
      body: importRunBody,
      response: importView,
    },
    (tx, { actor, params: { id: importId }, body, deps }) =>
      runImport(tx, deps, actor, importId, body.skipBadRows ?? false),
  )
  router.write(
    {
      method: 'post',
      path: '/imports/{id}/cancel',
      summary: 'Stop it; tickets created by then stay',
      ...managing,
      params,
      response: importView,
    },
    (tx, { actor, params: { id: importId }, deps }) => cancelImport(tx, deps, actor, importId),
  )
}
