import type { z } from '@hono/zod-openapi'
import { problem } from '../../contract/common.schema'
import type { Permission } from '../../contract/permissions.rules'
import type { Router } from './routes'

interface Description {
  method: 'get' | 'put'
  path: string
  auth: 'public' | 'agent' | 'any' | 'citizen'
  permission?: Permission
  summary: string
  params?: z.ZodType
  query?: z.ZodType
  /** Content type of a raw body. */
  body?: string
  status: 200 | 201
  /** A schema for JSON, or the content types of raw bytes. */
  response: z.ZodType | string | readonly string[]
}

const securityOf: Record<Description['auth'], Record<string, string[]>[]> = {
  public: [],
  agent: [{ session: [] }],
  citizen: [{ visitor: [] }],
  any: [{ session: [] }, { visitor: [] }],
}
const bytes = { type: 'string' as const, format: 'binary' }

const contentOf = (response: Description['response']) => {
  if (typeof response === 'object' && !Array.isArray(response))
    return { 'application/json': { schema: response as z.ZodType } }
  return Object.fromEntries([response].flat().map((type) => [String(type), { schema: bytes }]))
}

/** Puts a route that streams, and is therefore handled by hand, into the matrix and the OpenAPI document. */
export const describeRoute = (router: Router, it: Description): void => {
  router.note({
    method: it.method.toUpperCase(),
    path: it.path,
    auth: it.auth,
    permission: it.permission ?? null,
  })
  router.app.openAPIRegistry.registerPath({
    method: it.method,
    path: it.path,
    summary: it.summary,
    tags: [it.path.split('/')[1] ?? 'api'],
    security: securityOf[it.auth],
    request: {
      ...(it.params ? { params: it.params as unknown as z.ZodObject } : {}),
      ...(it.query ? { query: it.query as unknown as z.ZodObject } : {}),
      ...(it.body ? { body: { required: true, content: { [it.body]: { schema: bytes } } } } : {}),
    },
    responses: {
      [it.status]: {
        description: it.summary,
        content: contentOf(it.response),
      },
      default: {
        description: 'A problem (RFC 9457)',
        content: { 'application/problem+json': { schema: problem } },
      },
    },
  })
}
