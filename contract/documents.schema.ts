import { z } from 'zod'
import { id, instant } from './common.schema'
import { documentKinds, documentStatuses } from './documents.rules'

export const agentRef = z.strictObject({ id: id('agt'), name: z.string(), departmentName: z.string() })
export type AgentRef = z.infer<typeof agentRef>

/** A file exchanged in a consultation, or with a reply on a ticket. */
export const documentView = z.strictObject({
  id: id('doc'),
  /** Null for what belongs to a reply on a ticket. */
  consultationId: id('con').nullable(),
  kind: z.enum(documentKinds),
  status: z.enum(documentStatuses),
  name: z.string(),
  mime: z.string(),
  sizeBytes: z.number().int(),
  sha256: z.string(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  /** Who sent it; null for the citizen. */
  agent: agentRef.nullable(),
  callId: id('cal').nullable(),
  /** Seconds into the call, for snapshots. */
  callSeconds: z.number().nullable(),
  at: instant,
  deliveredAt: instant.nullable(),
  openedAt: instant.nullable(),
  downloadedAt: instant.nullable(),
  recalledAt: instant.nullable(),
})
export type DocumentView = z.infer<typeof documentView>
