import { z } from 'zod'
import { id, instant } from '../../../contract/common.schema'
import { documentView, linkView, receiptBody } from '../../../contract/consultations.schema'
import type { Router } from '../../http/routes'
import { iso } from '../../lib/clock'
import { refuse } from '../../lib/errors'
import { linkKey } from '../../lib/link-key'
import { signLink } from '../../lib/signed-links'
import { writeAudit } from '../audit/audit.store'
import { loadConsultation } from '../consultations/consultations.store'
import { documentAddress } from './address.usecases'
import { contentRoutes } from './content.routes'
import { loadDocument } from './documents.store'
import { giveReceipt, recallDocument } from './documents.usecases'
import { exportRoutes } from './export.routes'
import { uploadRoutes } from './uploads.routes'

/** Everything about documents, below /api/v1. */
export const documentRoutes = (router: Router): void => {
  const params = z.strictObject({ id: id('doc') })

  uploadRoutes(router)

  router.write(
    {
      method: 'post',
      path: '/documents/{id}/receipts',
      summary: 'Say how far the receiving side got',
      auth: 'any',
      params,
      body: receiptBody,
      response: documentView,
    },
    (tx, { deps, actor, params, body }) => giveReceipt(tx, deps, actor, params.id, body.receipt),
  )

  router.write(
    {
      method: 'post',
      path: '/documents/{id}/recall',
      summary: 'Take an unopened document back',
      auth: 'any',
      params,
      response: documentView,
    },
    (tx, { deps, actor, params }) => recallDocument(tx, deps, actor, params.id),
  )

  router.plain(
    {
      method: 'post',
      path: '/documents/{id}/links',
      summary: 'A signed address of the bytes, good for five minutes',
      auth: 'any',
      params,
      response: linkView,
    },
    async ({ deps, actor, params }) => {
      const { document } = await deps.db.read((tx) => loadDocument(tx, actor, params.id, 'see'))
      if (document.row.status === 'recalled')
        throw refuse('documents.wrong_state', 'The document was recalled.')
      const at = deps.clock.now()
      if (actor.kind === 'agent') {
        await deps.db.write((tx) =>
          writeAudit(tx, {
            at,
            actor,
            action: 'documents.read',
            thing: params.id,
            data: { name: document.row.name },
          }),
        )
      }
      return documentAddress(deps, params.id)
    },
  )

  contentRoutes(router)

  router.plain(
    {
      method: 'post',
      path: '/consultations/{id}/export-links',
      summary: 'A signed address of everything exchanged, as a zip, good for five minutes',
      auth: 'any',
      params: z.strictObject({ id: id('con') }),
      response: z.strictObject({ url: z.string(), expiresAt: instant }),
    },
    async ({ deps, actor, params }) => {
      await deps.db.read((tx) => loadConsultation(tx, actor, params.id, 'see'))
      const at = deps.clock.now()
      const { query, expiresAt } = signLink(
        await linkKey(deps.db),
        actor.kind === 'agent' ? 'export-agent' : 'export-visitor',
        params.id,
        at,
      )
      await deps.db.write((tx) =>
        writeAudit(tx, { at, actor, action: 'consultations.export', thing: params.id }),
      )
      return { url: `/api/v1/consultations/${params.id}/export?${query}`, expiresAt: iso(expiresAt) }
    },
  )

  exportRoutes(router)
}
