import type { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { problem } from '../../../contract/common.schema'
import type { ReportFormat } from '../../../contract/reports.rules'
import type { AppEnv } from '../../http/env'
import { issuesOf } from '../../http/problem'
import type { Router } from '../../http/routes'
import { refuse } from '../../lib/errors'

const bytes = { type: 'string' as const, format: 'binary' }
const types: Record<ReportFormat, string> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
}

/** Puts a route that answers with a file into the matrix and the OpenAPI document. */
export const describeFile = (
  router: Router,
  path: string,
  summary: string,
  it: { query?: z.ZodType; params?: z.ZodType },
): void => {
  router.note({ method: 'GET', path, auth: 'agent', permission: 'dashboard.read' })
  router.app.openAPIRegistry.registerPath({
    method: 'get',
    path,
    summary,
    tags: ['reports'],
    security: [{ session: [] }],
    request: {
      ...(it.params ? { params: it.params as unknown as z.ZodObject } : {}),
      ...(it.query ? { query: it.query as unknown as z.ZodObject } : {}),
    },
    responses: {
      200: {
        description: summary,
        content: Object.fromEntries(Object.values(types).map((type) => [type, { schema: bytes }])),
      },
      default: {
        description: 'A problem (RFC 9457)',
        content: { 'application/problem+json': { schema: problem } },
      },
    },
  })
}

export const parseFileQuery = <S extends z.ZodType>(c: Context<AppEnv>, schema: S): z.output<S> => {
  const parsed = schema.safeParse(c.req.query())
  if (!parsed.success)
    throw refuse('request.invalid', 'The request is not of the expected shape.', {
      errors: issuesOf(parsed.error, 'query'),
    })
  return parsed.data
}

export const fileHeaders = (format: ReportFormat, name: string): Record<string, string> => ({
  'content-type': types[format],
  'content-disposition': `attachment; filename="report.${format}"; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*!]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)}`,
  'x-content-type-options': 'nosniff',
})
