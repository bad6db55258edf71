import { z } from 'zod'

/** RFC 3339 instant in UTC, as every time on the wire. */
export const instant = z.string().meta({ format: 'date-time', example: '2026-11-21T08:30:00.000Z' })

/** A moment somebody sends: RFC 3339 in UTC, of this century or the next; outside, calendars cannot reckon. */
export const moment = z.iso
  .datetime()
  .refine((value) => value >= '2000' && value < '2200', { message: 'out_of_range' })
  .meta({ format: 'date-time', example: '2026-11-21T08:30:00.000Z' })

/** Prefixed, unguessable id, for example `con_4f8Zk2…`. */
export const id = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9A-Za-z]{20}$`))
    .meta({ example: `${prefix}_0123456789ABCDEFGHIJ` })

/** Text a person typed: without control characters other than line breaks and tabs; spaces alone say nothing. */
export const text = (max: number, min = 0) =>
  z
    .string()
    .min(min)
    .max(max)
    .refine((value) => value.trim().length >= min, { message: 'blank' })
    .refine((value) => !hasControlCharacters(value), { message: 'control_characters' })

const hasControlCharacters = (value: string) =>
  [...value].some((char) => {
    const code = char.codePointAt(0) ?? 0
    return (code < 32 && code !== 9 && code !== 10 && code !== 13) || code === 127
  })

export const email = z.email().max(200).meta({ example: 'wang@example.org' })
export const phone = z.string().regex(/^\+?[0-9][0-9 -]{4,19}$/)

/** A page of a list: `nextCursor` is null on the last one. */
export const page = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() })

export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).optional(),
  cursor: z.string().max(200).optional(),
})

/** A snapshot and the feed position it belongs to, both of one moment. */
export const snapshot = <T extends z.ZodType>(state: T) => z.strictObject({ state, cursor: z.string() })

export const ok = z.strictObject({ ok: z.literal(true) })

/** RFC 9457 problem document; `code` is stable and is also the translation key `errors.<code>`. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  requestId: z.string(),
  retryAfter: z.number().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof problem>
