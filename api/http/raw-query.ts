import type { Context } from 'hono'
import { z } from 'zod'
import { refuse } from '../lib/errors'
import type { AppEnv } from './env'
import { issuesOf } from './problem'

/** The query of an address that `signLink` made. */
export const signedQuery = z.strictObject({
  exp: z.coerce.number().int().min(0).max(99_999_999_999),
  sig: z.string().min(1).max(100),
})

/** The query by its schema; unknown and repeated parameters are refused. */
export const parseQuery = <S extends z.ZodType>(c: Context<AppEnv>, schema: S): z.output<S> => {
  const given = Object.entries(c.req.queries())
  const repeated = given.find(([, values]) => values.length > 1)
  const parsed = schema.safeParse(Object.fromEntries(given.map(([name, values]) => [name, values[0]])))
  if (repeated || !parsed.success) {
    const errors = parsed.success
      ? [{ path: `query.${repeated?.[0]}`, message: 'repeated' }]
      : issuesOf(parsed.error, 'query')
    throw refuse('request.invalid', 'The request is not of the expected shape.', { errors })
  }
  return parsed.data
}

/** RFC 6266: the plain name for old readers, the exact one in UTF-8. */
export const disposition = (kind: 'inline' | 'attachment', name: string): string => {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const exact = encodeURIComponent(name).replace(
    /['()*!]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${plain}"; filename*=UTF-8''${exact}`
}
