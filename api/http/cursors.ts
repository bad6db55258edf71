import { refuse } from '../lib/errors'

/** Where a list by time goes on: `<milliseconds>.<id>`. Throws 400 for anything else. */
export const readTimeCursor = (
  cursor: string | undefined,
  prefix: string,
): { createdAt: number; id: string } | null => {
  if (cursor === undefined) return null
  const [, createdAt, id] = new RegExp(`^(\\d{1,15})\\.(${prefix}_[0-9A-Za-z]{20})$`).exec(cursor) ?? []
  if (createdAt === undefined || id === undefined)
    throw refuse('request.invalid', 'The cursor is not one of ours.', {
      errors: [{ path: 'query.cursor', message: 'unknown cursor' }],
    })
  return { createdAt: Number(createdAt), id }
}
